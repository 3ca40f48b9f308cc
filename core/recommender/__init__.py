"""From predicted ratings to the two lists: ranking, hybrid filter, cold start, reasons."""
