"""Plans in files: lossless JSON, a table for spreadsheets, and the tasks that Microsoft Planner takes.

Writing is exact. Reading never changes anything: it compares what a file says with the plan as it stands and returns
typed edits, to be proposed like any other change, or a sentence that says where the file cannot be read. What a file
does not mention stays as it is.
"""
