"""Assessments of any vendor that speaks Ashby's assessment contract. Read `integration` first."""
