package desk_test

import (
	"net/http"
	"strings"
	"testing"

	"entente"
	"entente/internal/auth"
	"entente/internal/store"
)

// TestWhoEditsTheCodebook asks as every role.
func TestWhoEditsTheCodebook(t *testing.T) {
	r := newRoom(t)
	for _, role := range auth.Roles() {
		p := r.as(string(role))
		for _, x := range []struct {
			path   string
			post   bool
			action auth.Action
		}{
			{"/desk/codebook", false, auth.ReadDrafts},
			{"/desk/codebook/law-ihl", false, auth.ReadDrafts},
			{"/desk/codebook/law-ihl", true, auth.EditCodebook},
			{"/desk/codebook/law-ihl/split", false, auth.SplitMerge},
			{"/desk/codebook/law-ihl/merge", false, auth.SplitMerge},
			{"/desk/codebook/law-ihl/merge", true, auth.SplitMerge},
		} {
			a := answer{}
			if x.post {
				a = p.post(x.path)
			} else {
				a = p.get(x.path)
			}
			if may := a.code != http.StatusForbidden; may != auth.Allowed(role, x.action) {
				t.Errorf("%s (post %v): %s gets %d", x.path, x.post, role, a.code)
			}
		}
	}
}

// TestCodebookVersions: each save is a version of its own; two who edit at once
// do not overwrite each other.
func TestCodebookVersions(t *testing.T) {
	r := newRoom(t)
	p := r.as("editor")
	const page = "/desk/codebook/law-ihl"
	p.get("/desk/codebook").is(http.StatusOK, "law-ihl"[:3])
	base := p.get(page).is(http.StatusOK).input("base")
	p.post(page, "base", base, "definition", "").is(http.StatusBadRequest, "This is needed.")
	p.follow(p.post(page, "base", base, "definition", "A synthetic definition.", "rules", "A rule.", "note", "first")).is(http.StatusOK, "was saved", "A synthetic definition.", "A rule.")
	stale := p.post(page, "base", base, "definition", "Another definition.")
	stale.is(http.StatusConflict, "Another definition.", "A synthetic definition.")
	p.follow(p.post(page, "base", stale.input("base"), "definition", "Another definition.")).is(http.StatusOK, "Another definition.", "A synthetic definition.")
	p.getJSON("/desk/codebook.json").is(http.StatusOK, "Another definition.")
}

// stored gives what is published.
func (r *room) stored() *entente.Corpus {
	r.t.Helper()
	c, _, err := r.bench.Store.Corpus(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

// TestSplitAndUndo: every statement follows, and the change log takes it back.
func TestSplitAndUndo(t *testing.T) {
	r := newRoom(t)
	p := r.as("editor")
	const page = "/desk/codebook/law-ihl/split"
	before := r.stored()
	old := len(before.StatementsOn("law-ihl"))
	if old == 0 {
		t.Fatal("nothing to split")
	}
	form := []string{
		"parts", "2", "id-1", "law-ihl-a", "statement-1", "A first synthetic part.", "pillar-1", "law", "issue-1", "synthetic", "id-2", "law-ihl-b", "statement-2", "A second synthetic part.", "pillar-2", "law", "issue-2", "synthetic",
	}
	p.get(page).is(http.StatusOK, "New proposition 1", "New proposition 2", "Where the records go")
	p.post(page, "parts", "2", "do", "more").is(http.StatusOK, "New proposition 3")
	p.post(page, append(form, "do", "preview", "id-1", "Not An Id")...).is(http.StatusOK) // the first value of a field counts
	bad := p.post(page, "parts", "2", "id-1", "Not An Id", "statement-1", "Words that were typed.", "do", "preview")
	bad.is(http.StatusBadRequest, "An id is made of small letters", "Words that were typed.")
	open := p.post(page, append(form, "do", "preview")...).is(http.StatusOK, "To be decided first:", "is not assigned")
	if open.input("digest") != "" {
		t.Error("what is not decided can be done")
	}
	form = append(form, "rest", "1", "rest-coverage", "1", "rest-coverage", "2")
	ready := p.post(page, append(form, "do", "preview")...).is(http.StatusOK, "What would happen", "statement, moved")
	if now := r.stored(); now.Proposition("law-ihl-a") != nil || len(now.StatementsOn("law-ihl")) != old {
		t.Fatal("a preview wrote something")
	}
	p.post(page, append(form, "do", "split", "digest", "another")...).is(http.StatusConflict, "Something changed since the preview")
	done := p.post(page, append(form, "do", "split", "digest", ready.input("digest"))...)
	log := p.follow(done).is(http.StatusOK, "Split into 2 propositions", "law-ihl-a")
	after := r.stored()
	if got := len(after.StatementsOn("law-ihl-a")); got != old || len(after.Statements) != len(before.Statements) || after.Proposition("law-ihl") != nil {
		t.Errorf("%d statements on the part, want %d; %d in all, before %d", got, old, len(after.Statements), len(before.Statements))
	}
	to, _, _ := strings.Cut(done.header.Get("Location"), "#")
	if !strings.Contains(log.body, to+"/undo") {
		t.Errorf("no way back from %s", to)
	}
	p.post(to+"/undo", "why", "test").is(http.StatusSeeOther)
	if got := len(r.stored().StatementsOn("law-ihl")); got != old {
		t.Errorf("%d statements after undo, want %d", got, old)
	}
}

// TestMergeAndUndo merges two propositions and takes it back.
func TestMergeAndUndo(t *testing.T) {
	r := newRoom(t)
	p := r.as("editor")
	before := r.stored()
	from := entente.PropositionID("law-due-diligence")
	if before.Proposition(from) == nil {
		for i := range before.Propositions {
			if id := before.Propositions[i].ID; id != "law-ihl" && len(before.StatementsOn(id)) > 0 && before.Propositions[i].Parent == "" {
				from = id
			}
		}
	}
	const page = "/desk/codebook/law-ihl/merge"
	want := len(before.StatementsOn("law-ihl")) + len(before.StatementsOn(from))
	p.get(page).is(http.StatusOK, "What is merged into it")
	p.post(page, "do", "preview").is(http.StatusBadRequest, "This is needed.")
	p.post(page, "do", "preview", "from-1", "no-such", "definition", "Typed words.").is(http.StatusBadRequest, "No proposition is called that", "Typed words.")
	p.post(page, "do", "preview", "from-1", "law-ihl").is(http.StatusBadRequest, "the proposition that stays")
	form := []string{"from-1", string(from)}
	ready := p.post(page, append(form, "do", "preview")...).is(http.StatusOK, "What would happen")
	if ready.input("digest") == "" {
		for _, im := range before.Implications { // decide for the one that stays
			if im.Proposition == from {
				form = append(form, "im-"+string(im.Instrument), "law-ihl")
			}
		}
		ready = p.post(page, append(form, "do", "preview")...).is(http.StatusOK)
	}
	done := p.post(page, append(form, "do", "merge", "digest", ready.input("digest"))...)
	p.follow(done).is(http.StatusOK, "Merged into law-ihl")
	after := r.stored()
	if got := len(after.StatementsOn("law-ihl")); got != want || after.Proposition(from) != nil {
		t.Errorf("%d statements, want %d", got, want)
	}
	to, _, _ := strings.Cut(done.header.Get("Location"), "#")
	p.post(to+"/undo", "why", "test").is(http.StatusSeeOther)
	if v, err := r.bench.Store.Get(t.Context(), store.Key{Kind: "propositions", ID: string(from)}); err != nil || v.State != store.Published {
		t.Errorf("%s after undo: %v %v", from, v, err)
	}
}
