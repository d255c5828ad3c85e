"""What `LiveView` is made of: `record.py` keeps the numbers, `chart.py` draws curves, `page.py` makes the page."""
