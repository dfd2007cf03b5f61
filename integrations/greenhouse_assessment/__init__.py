"""Assessments of any vendor that speaks the Greenhouse Assessment Partner API. Read `integration` first."""
