package tablefile

// headers lists, per column of a table, the headers under which people keep it,
// in the form of [archive.Fold], best first. The column's own name always
// counts.
var headers = map[string][]string{
	"id":            {"identifier", "key", "record id"},
	"actor":         {"state", "country", "member state", "states", "countries", "actors", "organization", "organisation", "speaker", "delegation", "party", "who", "iso3", "iso3c", "iso code", "country code", "ms code", "ms name"},
	"proposition":   {"concept", "claim", "norm", "topic", "position on", "argument", "code", "category", "what"},
	"stance":        {"position", "agreement", "attitude", "view", "qualifier", "support", "opinion", "response"},
	"conditions":    {"condition", "caveat", "caveats", "qualification"},
	"date":          {"day", "when", "date of statement", "statement date", "date of adoption", "adopted", "published", "publication date", "year", "issued"},
	"source":        {"document", "source id", "source title", "reference", "doc", "citation", "text"},
	"pinpoint":      {"place", "paragraph", "para", "page", "pages", "section", "location", "p"},
	"coder":         {"coded by", "analyst", "annotator", "rater"},
	"checked":       {"verified", "reviewed"},
	"note":          {"notes", "remark", "remarks", "comment", "comments", "memo", "description"},
	"title":         {"name", "document", "document title", "source", "text"},
	"name":          {"country", "state", "actor", "country name", "title", "organization", "organisation"},
	"author":        {"authors", "body", "issuer", "publisher", "organisation", "organization", "creator"},
	"symbol":        {"document number", "un symbol", "number", "doc symbol", "resolution"},
	"url":           {"link", "address", "web address", "website", "uri", "web"},
	"kind":          {"type", "category", "sort", "document type", "item type"},
	"lang":          {"language"},
	"status":        {"text status"},
	"text_of":       {"text of", "actor", "country", "state"},
	"instrument":    {"resolution", "treaty", "document", "instrument id"},
	"body":          {"organisation", "organization", "group", "forum", "institution"},
	"role":          {"capacity", "function", "as"},
	"from":          {"start", "since", "begin", "start date", "from date"},
	"to":            {"end", "until", "end date", "to date"},
	"rollcall":      {"roll call", "vote id", "rcid", "call"},
	"ballot":        {"vote", "votes", "ms vote", "voted"},
	"statement":     {"proposition", "text", "claim", "concept", "wording", "statement id"},
	"pillar":        {"area", "field"},
	"issue":         {"theme", "topic", "sub topic", "subject"},
	"parent":        {"broader", "wider", "parent id"},
	"pillars":       {"pillar", "area", "field"},
	"subjects":      {"subject", "topics", "propositions", "proposition"},
	"finding":       {"result", "found", "outcome"},
	"lead":          {"funder", "donor", "lead actor", "implementer"},
	"partners":      {"partner", "with"},
	"beneficiaries": {"beneficiary", "recipient", "recipients", "for"},
	"attributed_to": {"attributed to", "perpetrator", "named"},
	"iso2":          {"iso 2", "alpha 2", "iso3166 2"},
	"iso3":          {"iso 3", "alpha 3", "iso3c", "code"},
}

// translations lists, per column, words that people write for the words of the
// table. Numbers are not among them: whether 1 means support or the first of
// five answers, only the file's maker knows.
var translations = map[string]map[string]string{
	"stance": {
		"support": "affirms", "supports": "affirms", "supported": "affirms", "agree": "affirms", "agrees": "affirms", "in favour": "affirms", "in favor": "affirms",
		"endorse": "affirms", "endorses": "affirms", "affirm": "affirms", "affirmed": "affirms", "pro": "affirms",
		"conditional": "affirms-with-conditions", "conditional support": "affirms-with-conditions", "supports with conditions": "affirms-with-conditions",
		"affirms with conditions": "affirms-with-conditions", "qualified support": "affirms-with-conditions",
		"undecided": "reserved", "reserves": "reserved", "reserved position": "reserved", "no position yet": "reserved",
		"doubt": "doubts", "sceptical": "doubts", "skeptical": "doubts", "questions": "doubts",
		"oppose": "rejects", "opposes": "rejects", "opposed": "rejects", "reject": "rejects", "rejected": "rejects", "disagree": "rejects", "disagrees": "rejects",
		"against": "rejects", "contra": "rejects",
	},
	"ballot": {
		"y": "yes", "in favour": "yes", "in favor": "yes", "for": "yes", "n": "no", "against": "no",
		"a": "abstain", "abstention": "abstain", "abstained": "abstain", "abstaining": "abstain", "did not vote": "absent", "not present": "absent",
	},
	"finding": {"silent": "nothing", "not addressed": "nothing", "no mention": "nothing", "open": "named-open", "no document": "no-document", "not seen": "not-seen"},
	"kind": {
		"country": "state", "organization": "organisation", "international organization": "organisation", "group": "bloc", "firm": "company",
		"position paper": "position-paper", "national position": "position-paper", "web page": "webpage", "journal article": "scholarship", "article": "scholarship",
		"book": "scholarship", "press release": "press-release", "newspaper article": "news", "data set": "dataset",
	},
	"role": {"signed": "signatory", "ratified": "party", "co-sponsor": "cosponsor", "co-sponsored": "cosponsor", "sponsored": "sponsor", "participant": "attended"},
	"boolean": {
		"y": "yes", "true": "yes", "1": "yes", "x": "yes", "n": "no", "false": "no", "0": "no",
	},
}
