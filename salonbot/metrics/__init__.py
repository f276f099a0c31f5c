"""What monitors scrape. In: journal, sessions, process. Out: Prometheus' text; no names, no numbers, no words."""
