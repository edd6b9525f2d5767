-- A campaign's own table of recipients. {campaign} stands for the campaign's number, so these statements can't be prepared.

-- name: audience_campaign
-- $1 = organization, $2 = the campaign's id.
SELECT no FROM campaign WHERE organization_no = $1::int4 AND id::text = lower($2)

-- name: audience_hold_list
-- $3 = alone. False at once when somebody else has the list: nobody waits for an upload. Held until the transaction ends.
SELECT CASE WHEN $3::bool THEN pg_try_advisory_xact_lock(21333, no) ELSE pg_try_advisory_xact_lock_shared(21333, no) END AS held
FROM campaign WHERE organization_no = $1::int4 AND id::text = lower($2)

-- fragment: list_of_campaign
-- Of a campaign c: what whoever uses its list must know.
c.no, c.status, c.kind = 'recurring' AS recurring, c.scheduled_local IS NOT NULL AND NOT {{list_awaited}} AS by_clocks,
  {{is_being_drawn}} AS is_being_drawn, c.status = 'scheduled' AND c.audience_drawn_at IS NOT NULL AS was_drawn,
  c.status = 'scheduled' AND EXISTS (SELECT FROM campaign_part p WHERE p.campaign_no = c.no AND p.opens_at IS NOT NULL) AS some_wait,
  {{campaign_is_marketing}} AS marketing, c.total_recipients

-- name: audience_read_campaign
-- The row is only read: an import must not keep the scheduler and commands from the row while its rows arrive.
SELECT {{list_of_campaign}}
FROM campaign c WHERE c.organization_no = $1::int4 AND c.id::text = lower($2)

-- name: audience_lock_campaign
-- The row stays locked until the transaction ends; claims and folds go on.
SELECT {{list_of_campaign}}
FROM campaign c WHERE c.organization_no = $1::int4 AND c.id::text = lower($2) FOR NO KEY UPDATE OF c

-- name: audience_has_partition
-- Asked once the campaign is locked: a statement that waited for the lock does not see what its holder made.
SELECT EXISTS (SELECT FROM pg_inherits i JOIN pg_class t ON t.oid = i.inhrelid
               WHERE i.inhparent = 'campaign_recipient'::regclass AND t.relname = 'campaign_recipient_' || $1::int4) AS there

-- fragment: list_create
-- The check lets ATTACH trust the rows without reading them again. {list} is the partition, or a bare table that becomes its content.
CREATE TABLE {list} (LIKE campaign_recipient INCLUDING DEFAULTS,
  CHECK (campaign_no IS NOT NULL AND campaign_no = {campaign}))

-- fragment: list_index
ALTER TABLE {list} ADD PRIMARY KEY (seq);
CREATE INDEX {list}_phone ON {list} (phone, seq);
CREATE INDEX {list}_user ON {list} (user_id, seq) WHERE user_id IS NOT NULL;
CREATE INDEX {list}_screened ON {list} (screen) WHERE screen <> 0

-- fragment: list_attach
ALTER TABLE campaign_recipient ATTACH PARTITION campaign_recipient_{campaign} FOR VALUES IN ({campaign})

-- fragment: list_rename
-- A bare table takes the partition's name, its indexes too.
ALTER TABLE {list} RENAME TO campaign_recipient_{campaign};
ALTER INDEX {list}_pkey RENAME TO campaign_recipient_{campaign}_pkey;
ALTER INDEX {list}_phone RENAME TO campaign_recipient_{campaign}_phone;
ALTER INDEX {list}_user RENAME TO campaign_recipient_{campaign}_user;
ALTER INDEX {list}_screened RENAME TO campaign_recipient_{campaign}_screened

-- fragment: list_copy
COPY campaign_recipient_{campaign} (campaign_no, seq, screen, phone, user_id, customer_no, name, variables, line, raw, marketing_screen, place, language)
FROM STDIN WITH (FORMAT binary)

-- fragment: list_copy_new
-- Into a table of the same transaction rows can go that need no look at later.
COPY campaign_recipient_{campaign} (campaign_no, seq, screen, phone, user_id, customer_no, name, variables, line, raw, marketing_screen, place, language)
FROM STDIN WITH (FORMAT binary, FREEZE)

-- fragment: list_exported
SELECT id, seq, phone_number AS "phoneNumber", user_id AS "userId", name, status, screen_reason AS "screenReason", sent_at AS "sentAt",
       delivered_at AS "deliveredAt", read_at AS "readAt", failed_at AS "failedAt", error_code AS "errorCode",
       error_message AS "errorMessage", retry_count AS "retryCount", next_retry_at AS "nextRetryAt", responded_at AS "respondedAt",
       response_message AS "responseMessage", message_id AS "messageId", phone_number_id AS "phoneNumberId", line, variables, language
FROM recipient

-- fragment: csv_formula
-- Matches what is_like_formula of core/base/csv_cell looks for, signed numbers included.
E'^\'*[=+@\\t\\r-]'

-- fragment: csv_signed_number
'^[+-][0-9]+([.,][0-9]+)?$'

-- fragment: list_export_guarded
-- An apostrophe before what a spreadsheet would take for a formula, in the texts that strangers wrote.
COPY (SELECT id, seq, "phoneNumber",
             CASE WHEN "userId" ~ {{csv_formula}} AND "userId" !~ {{csv_signed_number}} THEN '''' || "userId" ELSE "userId" END AS "userId",
             CASE WHEN name ~ {{csv_formula}} AND name !~ {{csv_signed_number}} THEN '''' || name ELSE name END AS name,
             status, "screenReason", "sentAt", "deliveredAt", "readAt", "failedAt", "errorCode",
             CASE WHEN "errorMessage" ~ {{csv_formula}} AND "errorMessage" !~ {{csv_signed_number}}
                  THEN '''' || "errorMessage" ELSE "errorMessage" END AS "errorMessage",
             "retryCount", "nextRetryAt", "respondedAt",
             CASE WHEN "responseMessage" ~ {{csv_formula}} AND "responseMessage" !~ {{csv_signed_number}}
                  THEN '''' || "responseMessage" ELSE "responseMessage" END AS "responseMessage",
             "messageId", "phoneNumberId", line, variables, language
      FROM ({{list_exported}} WHERE campaign_no = {campaign}) e ORDER BY seq) TO STDOUT WITH (FORMAT csv, HEADER)

-- fragment: list_export_raw
COPY ({{list_exported}} WHERE campaign_no = {campaign} ORDER BY seq) TO STDOUT WITH (FORMAT csv, HEADER)

-- fragment: list_drop
DROP TABLE campaign_recipient_{campaign}
