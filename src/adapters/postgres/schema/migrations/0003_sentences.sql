-- Why a campaign is paused or ended, and why a number does not send: {"code", "params", "text"}, so that programs can tell the reasons apart and
-- translate them. What was written before is a sentence of the code "text". The columns status_reason and stopped_reason keep their old texts
-- until the next reason is written, and are read no more.
ALTER TABLE campaign ADD status_sentence jsonb;
ALTER TABLE number ADD stopped_sentence jsonb;
UPDATE campaign SET status_sentence = jsonb_build_object('code', 'text', 'params', jsonb_build_object('text', status_reason), 'text', status_reason)
WHERE status_reason IS NOT NULL;
UPDATE number SET stopped_sentence = jsonb_build_object('code', 'text', 'params', jsonb_build_object('text', stopped_reason), 'text', stopped_reason)
WHERE stopped_reason IS NOT NULL;
