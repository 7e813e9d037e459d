package auth

import "slices"

// Action is one kind of thing that can be done with the program.
type Action string

// The closed list of actions. What each is stands in the table below.
const (
	Health         Action = "health"
	SignIn         Action = "sign-in"
	ReadPublished  Action = "read-published"
	SignOut        Action = "sign-out"
	OwnAccount     Action = "own-account"
	ManageTokens   Action = "manage-tokens"
	Export         Action = "export"
	Challenge      Action = "challenge"
	ReadDrafts     Action = "read-drafts"
	ReadLog        Action = "read-log"
	Code           Action = "code"
	Comment        Action = "comment"
	Note           Action = "note"
	ReadBlind      Action = "read-blind"
	Review         Action = "review"
	Settle         Action = "settle"
	Assign         Action = "assign"
	Publish        Action = "publish"
	EditCodebook   Action = "edit-codebook"
	SplitMerge     Action = "split-merge"
	Import         Action = "import"
	LinkCheck      Action = "link-check"
	RestoreRecord  Action = "restore-record"
	ReadAudit      Action = "read-audit"
	ManageAccounts Action = "manage-accounts"
	Backup         Action = "backup"
	Metrics        Action = "metrics"
	ExchangeRead   Action = "exchange-read"
	ExchangeShare  Action = "exchange-share"
	ExchangeDecide Action = "exchange-decide"
	ExchangeManage Action = "exchange-manage"
)

// Scope is what an API token may be used for. A scope narrows the role of the
// token's account and never widens it.
type Scope string

// The closed list of scopes.
const (
	ScopeRead    Scope = "read"
	ScopeWrite   Scope = "write"
	ScopeImport  Scope = "import"
	ScopeExport  Scope = "export"
	ScopeMetrics Scope = "metrics"
)

// Scopes lists the scopes.
func Scopes() []Scope {
	return []Scope{ScopeRead, ScopeWrite, ScopeImport, ScopeExport, ScopeMetrics}
}

// Valid tells whether the scope is in the list.
func (s Scope) Valid() bool { return slices.Contains(Scopes(), s) }

// A Rule is one row of the table of rights.
type Rule struct {
	Action Action
	// From is the least trusted role that may do it; all above it may too.
	From Role
	// Scope is what lets an API token do it; "" means that no token ever may.
	Scope Scope
	// What tells a person what the action is.
	What string
}

// table is the whole of who may do what: the only such list in the program.
// testdata/matrix.golden shows it role by role, and docs/security.md too.
var table = []Rule{
	{Health, Visitor, "", "ask whether the server lives and is ready"},
	{SignIn, Visitor, "", "see the sign-in page and sign in"},
	{ReadPublished, Guest, ScopeRead, "read and search what is published"},
	{SignOut, Reader, "", "end one's own session"},
	{OwnAccount, Reader, "", "change one's own password, end one's own sessions"},
	{ManageTokens, Reader, "", "make, list and revoke one's own API tokens"},
	{Export, Reader, ScopeExport, "export what one may read"},
	{Challenge, Reader, ScopeWrite, "challenge a published record"},
	{ReadDrafts, Coder, ScopeRead, "read sources, drafts, comments and the codings that one may see"},
	{ReadLog, Coder, ScopeRead, "see who changed what, and compare two instants"},
	{Code, Coder, ScopeWrite, "bring in sources, code passages, record coverage, undo one's own drafts"},
	{Comment, Coder, ScopeWrite, "comment on a record"},
	{Note, Coder, ScopeWrite, "keep private notes"},
	{ReadBlind, Admin, "", "see the codings of a blind task before it is done, when not a coder of it"},
	{Review, Reviewer, ScopeWrite, "accept or return what is in review"},
	{Settle, Reviewer, ScopeWrite, "settle two codings that disagree"},
	{Assign, Editor, ScopeWrite, "give sources to coders"},
	{Publish, Editor, ScopeWrite, "publish and retire records, answer challenges"},
	{EditCodebook, Editor, ScopeWrite, "change propositions and the codebook"},
	{SplitMerge, Editor, ScopeWrite, "split and merge propositions"},
	{Import, Editor, ScopeImport, "import records from files"},
	{LinkCheck, Editor, ScopeWrite, "let the server test the addresses of sources"},
	{RestoreRecord, Editor, ScopeWrite, "bring back an earlier version of any record"},
	{ReadAudit, Admin, "", "read the audit log"},
	{ManageAccounts, Admin, "", "make, change and disable accounts; revoke the tokens of others"},
	{Backup, Admin, "", "make a backup of the whole store"},
	{Metrics, Admin, ScopeMetrics, "read the server's measures"},
	{ExchangeRead, Coder, "", "see what partners sent, what was shared with whom, and the log of it"},
	{ExchangeShare, Editor, "", "share records and reports with partners, and withdraw them"},
	{ExchangeDecide, Editor, "", "accept, reject or merge what partners sent"},
	{ExchangeManage, Admin, "", "set partners, communities, collections and embargoes; take proofs away"},
}

// Rules returns a copy of the table, in its order.
func Rules() []Rule { return slices.Clone(table) }

// Actions lists the actions, in the order of the table.
func Actions() []Action {
	out := make([]Action, len(table))
	for i, r := range table {
		out[i] = r.Action
	}
	return out
}

// Allowed tells whether a role may do an action. An unknown role or action is
// never allowed.
func Allowed(role Role, action Action) bool {
	rule, ok := ruleOf(action)
	return ok && role.AtLeast(rule.From)
}

// ruleOf finds the row of an action.
func ruleOf(action Action) (Rule, bool) {
	i := slices.IndexFunc(table, func(r Rule) bool { return r.Action == action })
	if i < 0 {
		return Rule{}, false
	}
	return table[i], true
}
