"""The embedded calendar, and the contract every booking system keeps."""
