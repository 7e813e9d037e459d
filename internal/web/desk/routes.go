package desk

import (
	"net/url"
	"slices"

	"entente/internal/auth"
)

// Route is one address of the workbench and who may ask for it.
type Route struct {
	Method   string // GET (and with it HEAD) or POST
	Pattern  string // path pattern of net/http
	Action   auth.Action
	Body     int64    // most bytes that it takes; 0: a megabyte
	Examples []string // addresses; needed when the pattern has a wildcard
	Do       func(*Call) error
}

// routes is the one list of addresses, an area of the workbench after another.
var routes = slices.Concat(startRoutes, recordRoutes, logRoutes, accountRoutes, accountsRoutes, auditRoutes, documentRoutes, readRoutes, coverageRoutes, correctRoutes, taskRoutes, importRoutes, previewRoutes, exportRoutes,
	queueRoutes, disagreeRoutes, settleRoutes, reliabilityRoutes, discussRoutes, codebookRoutes, splitRoutes, mergeRoutes, linkRoutes, exchangeRoutes)

// Routes lists the addresses.
func (d *Desk) Routes() []Route { return slices.Clone(routes) }

// navigation is the one list of what stands in the navigation of the workbench,
// each entry for those who may do its action.
var navigation = []struct {
	Name, Href string
	Action     auth.Action
}{
	{"start", "/desk", auth.OwnAccount},
	{"documents", "/desk/documents", auth.ReadDrafts},
	{"tasks", "/desk/tasks", auth.ReadDrafts},
	{"review", "/desk/queue", auth.ReadDrafts},
	{"challenges", "/desk/challenges", auth.Challenge}, // for readers: to all others a page of the review
	{"codebook", "/desk/codebook", auth.ReadDrafts},
	{"exchange", "/desk/exchange", auth.ExchangeRead}, // on a server with a node
	{"import", "/desk/import", auth.Import},
	{"export", "/desk/export", auth.Export},
	{"links", "/desk/links", auth.LinkCheck},
	{"log", "/desk/log", auth.ReadLog},
	{"account", "/desk/account", auth.OwnAccount},
	{"accounts", "/desk/accounts", auth.ManageAccounts},
	{"audit", "/desk/audit", auth.ReadAudit},
}

// leads tells whether there is a page under a pattern, so that a page of one area
// may lead to one of another.
func (d *Desk) leads(pattern string) bool { return d.pages[pattern] }

// RecordHref is the address of a record's history.
func RecordHref(kind, id string) string {
	return "/desk/records/" + url.PathEscape(kind) + "/" + url.PathEscape(id)
}
