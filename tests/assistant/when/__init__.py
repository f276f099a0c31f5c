"""The grammar of when, phrase by phrase."""
