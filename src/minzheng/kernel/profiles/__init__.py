"""What is last known of each household (家庭经济状况档案), kept in columns so that a province can be reckoned at once.

``models`` are the two abstract tables and ``columns`` gives them a column for every fact the law asks about;
``actions.keep`` records what a household was decided on, ``reading.read`` hands out a whole place, ``writing.write``
takes results back.
"""
