"""An independent reckoning of what a run should have asked, from truth alone, written apart from the rules' pages."""
