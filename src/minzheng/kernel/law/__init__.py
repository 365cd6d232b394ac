"""The law as the office applies it: articles, dated values, rules written once, findings with reasons."""
