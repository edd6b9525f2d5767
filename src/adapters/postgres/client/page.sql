-- How a page of a list ends (query_pool.cpp).

-- fragment: page_end
-- Behind `data`, where keys are those found, one more than are shown if there is one; shown those of the page; counted as many as there
-- are, up to 10001.
least(counted.n, 10000) AS total, counted.n <= 10000 AS exact, NULL::int8 AS scanned_to,
       CASE WHEN (SELECT count(*) FROM keys) > (SELECT count(*) FROM shown) THEN (SELECT min(no) FROM shown) END AS next_key
FROM counted
