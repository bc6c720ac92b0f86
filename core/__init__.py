"""The few words every floor speaks: errors, settings, the two clocks, identity numbers, sealing."""
