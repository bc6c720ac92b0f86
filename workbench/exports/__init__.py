"""Exports of cases as Excel workbooks: made beside the requests, masked, with a sheet that says what they are."""
