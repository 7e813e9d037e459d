package desk

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"

	"entente"
	"entente/internal/ingest"
	"entente/internal/ingest/all"
	"entente/internal/workbench"
)

// planned is what would become of a file.
type planned struct {
	*workbench.Plan
	proposal *ingest.Proposal // whose records are those of the plan, in their order
}

// plan reads the file and tells what would become of it. The second result are
// faults of the file or of its settings.
func (c *Call) plan(j *importJob) (*planned, []string, error) {
	c.takesLong()
	data, err := c.jobFile(j)
	if err != nil {
		return nil, nil, err
	}
	resolver, err := c.Desk.Bench.Resolver(c.Context())
	if err != nil {
		return nil, nil, err
	}
	var plan *workbench.Plan
	proposal, err := all.Read(c.Context(), j.Name, data, *j.Settings, resolver)
	if err == nil {
		plan, err = c.Desk.Bench.Preview(c.Context(), c.User, proposal)
	}
	if err != nil {
		if words := faultsOf(err); words != nil {
			return nil, words, nil
		}
		return nil, nil, err
	}
	return &planned{plan, proposal}, nil, nil
}

// shortColumns are the columns by which a person knows a record.
var shortColumns = []string{"title", "name", "statement", "definition", "actor", "proposition", "stance", "finding", "role", "ballot", "instrument", "rollcall", "subjects", "date"}

// inShort tells what a proposed record says, in a few of its cells.
func (c *Call) inShort(r *ingest.Record) string {
	var parts []string
	for _, name := range shortColumns {
		v := r.Cells[name]
		switch {
		case v == "":
			continue
		case name == "stance":
			v = wordOr(c.T, "stance", v)
		case name == "actor":
			v = c.actorName(entente.ActorID(v))
		}
		if parts = append(parts, shortened(v, 80)); len(parts) == 4 {
			break
		}
	}
	return strings.Join(parts, " · ")
}

// planDigest is a short name of a plan: the same as long as nothing that it rests
// on has changed.
func planDigest(p *workbench.Plan) string {
	h := sha256.New()
	for i := range p.Rows {
		r := &p.Rows[i]
		_, _ = fmt.Fprintf(h, "%s|%s|%s|%d|%s\n", r.Kind, r.ID, r.Outcome, r.Version, r.State)
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}

// openJob reads the import of the address that is not done yet. ok is false when the
// answer was given already.
func (c *Call) openJob() (j *importJob, ok bool, err error) {
	if j, err = c.job(); err != nil {
		return nil, false, err
	}
	switch {
	case j.isDone():
		http.Redirect(c.W, c.R, j.href("/report"), http.StatusSeeOther)
	case !j.Checked:
		http.Redirect(c.W, c.R, j.href(""), http.StatusSeeOther)
	default:
		return j, true, nil
	}
	return nil, false, nil
}
