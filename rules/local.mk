# rules: the set we ship, and the place where a site puts its own.
rulesdir = $(pkgdatadir)/rules
dist_rules_DATA = rules/10_gtube.cf rules/20_tamis.cf rules/50_scores.cf

siterulesdir = $(sysconfdir)/tamis/rules
dist_siterules_DATA = rules/README
