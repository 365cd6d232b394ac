"""Other departments' data in: consent, purpose, source, time, validity, evidence (社会救助家庭经济状况核对).

Every capable adult authorises the check in writing; sources are then asked under one purpose; the found is
compared with the declared; a difference may be explained before any refusal (社会救助暂行办法 art. 58;
社会救助法 art. 41).  No answer is unknown, never zero; "no record at this source" is an answer.

``actions`` are the verbs, ``queries`` the reads, ``sources`` what each department can be asked.
"""
