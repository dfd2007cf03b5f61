"""The permission table: every address, method, role and object, with what is answered (`make prove NAME=matrix`)."""
