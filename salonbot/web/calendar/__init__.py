"""The calendar on the pages: days and weeks as sheets, visits to add, move and cancel."""
