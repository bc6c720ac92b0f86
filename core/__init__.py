"""The few words every floor speaks: errors, settings, the two clocks, months, identity numbers, sealing."""
