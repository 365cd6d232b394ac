"""Double entry: entitlements, monthly batches under four eyes, bank files, returns; never a payment twice."""
