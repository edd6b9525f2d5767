-- Meta changes a template's category, also while campaigns run: then nobody gets marketing who may not.

ALTER TABLE template ADD COLUMN next_category text,            -- announced, not yet in force
                     ADD COLUMN next_category_at timestamptz;

-- Why a recipient whom nothing forbids now (screen 0) may not get marketing: a screen_reason, 0 for nobody. Known from the import, whatever
-- the template's category was then.
ALTER TABLE campaign_recipient ADD COLUMN marketing_screen smallint NOT NULL DEFAULT 0;

-- Whether the list was screened for marketing. If not, a campaign that becomes one looks up every refusal when it claims.
ALTER TABLE campaign ADD COLUMN screened_marketing boolean NOT NULL DEFAULT true;
UPDATE campaign c SET screened_marketing = false
WHERE EXISTS (SELECT FROM import i WHERE i.campaign_no = c.no AND i.screened ? 'no_consent_kept');
