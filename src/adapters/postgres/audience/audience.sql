-- Whom a campaign is for, and whom it leaves out. $1 = campaign.

-- name: audience_query
-- The query of the segment that it names, or its own; NULL: everybody.
SELECT CASE WHEN c.target_type = 'segment' THEN coalesce((SELECT s.query FROM segment s WHERE s.id = c.segment_id), c.segment_query) END AS query,
       CASE WHEN c.segment_id IS NULL THEN 'segmentQuery' ELSE 'segmentId' END AS said_by
FROM campaign c WHERE c.no = $1::int4

-- name: audience_exclusions
-- Saved segments that are gone exclude nobody.
SELECT s.query, 'excludeSegments' AS said_by FROM campaign c JOIN segment s ON s.id = ANY (c.exclude_segments) AND s.organization_no = c.organization_no
WHERE c.no = $1::int4
UNION ALL
SELECT c.exclude_query, 'excludeQuery' FROM campaign c WHERE c.no = $1::int4 AND c.exclude_query IS NOT NULL
