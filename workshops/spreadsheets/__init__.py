"""Runs in a spreadsheet: reading one somebody has filled in, and the template for it. No ORM, no clock."""
