# Draws one table of stentor-load (see plot.hpp) as SVG. scripts/plot sets: table, picture, heading, x_text, y_text, percentiles.
set terminal svg size 860,420 font "sans-serif,12" background rgb "#ffffff"
set output picture
set tmargin 3
set rmargin 4
set label heading at graph 0, graph 1.07 left font ",15"
set xlabel x_text
set ylabel y_text
set border 3 linecolor rgb "#555555"
set tics nomirror scale 0.5
set grid linetype 1 linecolor rgb "#e4e4e4"
set key at graph 1, graph 1.12 right top horizontal
set yrange [0:*]
set format y "%g"
set linetype 1 linecolor rgb "#1f6feb" linewidth 1.6
set linetype 2 linecolor rgb "#d1495b" linewidth 1.6
set linetype 3 linecolor rgb "#2a9d5c" linewidth 1.6
set linetype 4 linecolor rgb "#8250df" linewidth 1.6
place(x) = percentiles ? -log10(x < 1 - 1e-7 ? 1 - x : 1e-7) : x
if (percentiles) set xtics ("0 %%" 0, "50 %%" 0.30103, "90 %%" 1, "99 %%" 2, "99.9 %%" 3, "99.99 %%" 4, "99.999 %%" 5, "99.9999 %%" 6)
stats table using 1 nooutput
plot for [i=0:STATS_blocks-1] table index i using (place($1)):2 with lines linetype i+1 title columnheader(1)
