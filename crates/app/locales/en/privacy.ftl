# What a merchant owes to the persons whose data is held: find, show, export, rectify, erase; retention, register, visits.
