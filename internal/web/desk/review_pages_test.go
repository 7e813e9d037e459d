package desk_test

import (
	"net/http"
	"regexp"
	"testing"

	"entente/internal/auth"
)

// missing is what stands on a page for a text or a value that is not there.
var missing = regexp.MustCompile(`⟪[^⟫]*⟫|&lt;no value&gt;|<no value>|ZgotmplZ|%!\w`)

// reviewReaders are the pages of review, with the least role that reads them.
var reviewReaders = map[string]auth.Role{
	"/desk/queue": auth.Coder, "/desk/queue?state=draft&kind=statements&actor=Estonia&tick=all": auth.Coder, "/desk/drafts": auth.Coder,
	"/desk/disagreements": auth.Coder, "/desk/disagreements?show=all&everywhere=1&source=none": auth.Coder, "/desk/disagreements.json": auth.Coder, "/desk/disagreements.csv": auth.Coder,
	"/desk/reliability": auth.Coder, "/desk/reliability?basis=all": auth.Coder, "/desk/reliability.json": auth.Coder, "/desk/reliability.csv": auth.Coder,
	"/desk/challenges": auth.Reader, "/desk/challenges?show=all&record=" + aStatement: auth.Reader, "/desk/challenges.json": auth.Reader, "/desk/challenges.csv": auth.Reader,
	"/desk/notes": auth.Coder, "/desk/discuss?record=" + aStatement: auth.Coder, "/desk/discuss?record=sources:est-oewg-2021-02": auth.Coder,
}

// reviewWriters are the acts, with the least role that may do them.
var reviewWriters = map[string]auth.Role{
	"/desk/queue": auth.Reviewer, "/desk/drafts": auth.Coder, "/desk/disagreements/unit": auth.Reviewer, "/desk/comments": auth.Coder, "/desk/comments/take-back": auth.Coder,
	"/desk/challenges": auth.Reader, "/desk/challenges/answer": auth.Editor, "/desk/challenges/withdraw": auth.Reader, "/desk/notes": auth.Coder, "/desk/notes/change": auth.Coder,
}

// TestWhoReadsAndWrites asks for every page as every role, and sends every form
// empty: whoever may gets an answer that says what is missing, all others none.
func TestWhoReadsAndWrites(t *testing.T) {
	r := newRoom(t)
	coder := r.as("coder")
	coder.code(coder.paper(), "2", "law-ihl", "affirms")
	for _, role := range auth.Roles() {
		p := r.as(string(role))
		for path, least := range reviewReaders {
			want := http.StatusForbidden
			if role.AtLeast(least) {
				want = http.StatusOK
			}
			a := p.get(path)
			if a.code != want {
				t.Errorf("%s reads %s: status %d, want %d", role, path, a.code, want)
			}
			if found := missing.FindString(a.body); found != "" {
				t.Errorf("%s: %s", path, found)
			}
		}
		for path, least := range reviewWriters {
			want := http.StatusForbidden
			if role.AtLeast(least) {
				want = http.StatusBadRequest
			}
			a := p.post(path)
			if a.code != want {
				t.Errorf("%s sends %s: status %d, want %d", role, path, a.code, want)
			}
			if found := missing.FindString(a.body); found != "" {
				t.Errorf("%s: %s", path, found)
			}
		}
	}
}
