"""The desk's pages for supervision: draws that prove themselves, checks on a phone, faults until they are closed."""
