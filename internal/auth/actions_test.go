package auth_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"entente"
	"entente/internal/auth"
)

var update = flag.Bool("update", false, "write the golden files anew")

// matrix is the whole table, role by role and scope by scope, as Markdown.
func matrix() string {
	roles := append([]auth.Role{auth.Visitor, auth.Guest}, auth.Roles()...)
	var b strings.Builder
	b.WriteString("| action | what it is |")
	for _, r := range roles {
		fmt.Fprintf(&b, " %s |", r)
	}
	b.WriteString(" token scope |\n| --- | --- |" + strings.Repeat(" :-: |", len(roles)) + " --- |\n")
	for _, rule := range auth.Rules() {
		fmt.Fprintf(&b, "| %s | %s |", rule.Action, rule.What)
		for _, r := range roles {
			mark := "–"
			if auth.Allowed(r, rule.Action) {
				mark = "yes"
			}
			fmt.Fprintf(&b, " %s |", mark)
		}
		scope := string(rule.Scope)
		switch {
		case auth.Allowed(auth.Visitor, rule.Action):
			scope = "any"
		case scope == "":
			scope = "never"
		}
		fmt.Fprintf(&b, " %s |\n", scope)
	}
	return b.String()
}

// TestMatrix compares every role × every action with a table that was read and
// agreed to; a change of rights shows in it.
func TestMatrix(t *testing.T) {
	const file = "testdata/matrix.golden"
	got := matrix()
	if *update {
		must(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	must(t, err)
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("rights changed (-agreed +now); look at each, then -update:\n%s", d)
	}
}

// TestMatrixInTheDocs holds the table that people read against the one that
// decides.
func TestMatrixInTheDocs(t *testing.T) {
	const file = "../../docs/security.md"
	const begin, end = "<!-- Made from internal/auth/actions.go: go test ./internal/auth -run TestMatrix -update -->\n\n", "\n<!-- End of the rights. -->"
	text, err := os.ReadFile(file)
	must(t, err)
	before, rest, ok1 := strings.Cut(string(text), begin)
	shown, after, ok2 := strings.Cut(rest, end)
	if !ok1 || !ok2 {
		t.Fatalf("%s has no table of rights", file)
	}
	if *update {
		must(t, os.WriteFile(file, []byte(before+begin+matrix()+end+after), 0o644))
		return
	}
	if d := cmp.Diff(matrix(), shown); d != "" {
		t.Errorf("%s (-actions.go +docs); mend it with -update:\n%s", file, d)
	}
}

// TestWhoMayWhat states the rights that must not drift, apart from the golden
// table.
func TestWhoMayWhat(t *testing.T) {
	for _, c := range []struct {
		role   auth.Role
		action auth.Action
		want   bool
	}{
		{auth.Visitor, auth.SignIn, true},
		{auth.Visitor, auth.ReadPublished, false},
		{auth.Guest, auth.ReadPublished, true},
		{auth.Guest, auth.ReadDrafts, false},
		{auth.Guest, auth.Export, false},
		{auth.Reader, auth.ReadDrafts, false},
		{auth.Reader, auth.Code, false},
		{auth.Coder, auth.Code, true},
		{auth.Coder, auth.ReadBlind, false},
		{auth.Coder, auth.Review, false},
		{auth.Reviewer, auth.Settle, true},
		{auth.Reviewer, auth.Publish, false},
		{auth.Editor, auth.Publish, true},
		{auth.Editor, auth.ManageAccounts, false},
		{auth.Editor, auth.ReadAudit, false},
		{auth.Editor, auth.Backup, false},
		{auth.Admin, auth.ManageAccounts, true},
		{"", auth.SignIn, false},
		{"root", auth.SignIn, false},
		{auth.Admin, "delete-everything", false},
		{auth.Admin, "", false},
	} {
		if got := auth.Allowed(c.role, c.action); got != c.want {
			t.Errorf("%q may %q: %v, want %v", c.role, c.action, got, c.want)
		}
	}
}

func TestRoles(t *testing.T) {
	if d := cmp.Diff([]auth.Role{"reader", "coder", "reviewer", "editor", "admin"}, auth.Roles()); d != "" {
		t.Error(d)
	}
	for _, r := range []auth.Role{auth.Visitor, auth.Guest, "", "Admin", "root"} {
		if r.Valid() {
			t.Errorf("an account can have the role %q", r)
		}
		if r.AtLeast(auth.Reader) || auth.Admin.AtLeast("root") {
			t.Errorf("%q is placed in the order", r)
		}
	}
}

func TestTableIsWhole(t *testing.T) {
	seen := map[auth.Action]bool{}
	for _, r := range auth.Rules() {
		if seen[r.Action] {
			t.Errorf("%s stands twice", r.Action)
		}
		seen[r.Action] = true
		if r.What == "" || r.Scope != "" && !r.Scope.Valid() || !auth.Allowed(auth.Admin, r.Action) {
			t.Errorf("%s: no text, an unknown scope or nobody may", r.Action)
		}
	}
	for _, a := range []auth.Action{auth.SignIn, auth.SignOut, auth.OwnAccount, auth.ManageTokens, auth.ManageAccounts, auth.ReadAudit, auth.Backup} {
		p := auth.Principal{Name: "t", Role: auth.Admin, Via: auth.ViaToken, Scopes: auth.Scopes()}
		if p.May(a) && a != auth.SignIn {
			t.Errorf("a token with all scopes may %s", a)
		}
	}
}

// TestScopesOnlyNarrow: whatever a token's scopes, its principal may nothing
// that its role may not, more scopes never take a right away, and each action
// but a visitor's needs a scope.
func TestScopesOnlyNarrow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		role := rapid.SampledFrom(auth.Roles()).Draw(t, "role")
		action := rapid.SampledFrom(auth.Actions()).Draw(t, "action")
		scopes := rapid.SliceOfDistinct(rapid.SampledFrom(auth.Scopes()), rapid.ID[auth.Scope]).Draw(t, "scopes")
		more := append(slices.Clone(scopes), rapid.SampledFrom(auth.Scopes()).Draw(t, "more"))
		token := auth.Principal{Name: "t", Role: role, Via: auth.ViaToken, Scopes: scopes}
		wider := token
		wider.Scopes = more
		person := auth.Principal{Name: "t", Role: role, Via: auth.ViaSession}
		none := auth.Principal{Name: "t", Role: role, Via: auth.ViaToken}
		switch {
		case token.May(action) && !person.May(action):
			t.Error("a scope widened the role")
		case token.May(action) && !wider.May(action):
			t.Error("a further scope took a right away")
		case none.May(action) && !auth.Allowed(auth.Visitor, action):
			t.Error("a token without scopes may something")
		}
	})
}

func TestNeedSaysWhatIsMissing(t *testing.T) {
	for _, c := range []struct {
		p      auth.Principal
		action auth.Action
		want   string // part of the error; "" for none
	}{
		{auth.Local(), auth.Backup, ""},
		{auth.Principal{Role: auth.Visitor}, auth.Code, "sign in first"},
		{auth.Principal{Name: "x", Role: auth.Coder, Via: auth.ViaSession}, auth.Publish, "needs the role editor"},
		{auth.Principal{Name: "x", Role: auth.Admin, Via: auth.ViaToken, Scopes: auth.Scopes()}, auth.Backup, "never"},
		{auth.Principal{Name: "x", Role: auth.Admin, Via: auth.ViaToken, Scopes: []auth.Scope{auth.ScopeRead}}, auth.Import, "scope import"},
	} {
		err := auth.Need(auth.With(t.Context(), c.p), c.action)
		if c.want == "" {
			must(t, err)
			continue
		}
		wantKind(t, err, entente.Denied)
		if err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q in it", err, c.want)
		}
	}
	wantKind(t, auth.Need(t.Context(), auth.Code), entente.Denied) // a context without a principal
	wantKind(t, auth.Need(auth.With(t.Context(), auth.Local()), "no-such"), entente.Internal)
}
