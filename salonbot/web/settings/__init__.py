"""What may be changed of a salon on the pages: its settings, its services, its stylists; and what the file says."""
