package workbench

import (
	"context"
	"fmt"

	"entente"
	"entente/internal/store"
)

// Auditor keeps the audit log; *auth.Audit is one.
type Auditor interface {
	// Published records that something was published or retired.
	Published(ctx context.Context, record, detail string) error
}

// maxAudited bounds the records of one commit that get an entry of their own.
const maxAudited = 20

// audited enters in the audit log what a commit published or retired: each
// record by name, or their number when they are many. The commit stands, so that
// a fault here is told as one of the audit log.
func (b *Bench) audited(ctx context.Context, c store.Commit, changes []store.Change) error {
	if b.audit == nil {
		return nil
	}
	var public []*store.Change
	for i := range changes {
		if s := changes[i].State; changes[i].Layer == "" && (s == store.Published || s == store.Retired) {
			public = append(public, &changes[i])
		}
	}
	for i, x := range public {
		record, detail := x.String(), fmt.Sprintf("%s in commit %d: %s", x.State, c.Seq, c.Why)
		last := i == maxAudited-1 && len(public) > maxAudited
		if last {
			record, detail = fmt.Sprintf("%d more records", len(public)-i), fmt.Sprintf("published or retired in commit %d: %s", c.Seq, c.Why)
		}
		if err := b.audit.Published(ctx, record, detail); err != nil {
			return &entente.Error{
				Kind: entente.Unavailable, Op: "audit", Msg: fmt.Sprintf("commit %d stands, but the audit log could not be written", c.Seq),
				Hint: "tell the administrator", Err: err,
			}
		}
		if last {
			break
		}
	}
	return nil
}

// public is [Bench.save] for changes that may publish or retire: it keeps the
// audit log.
func (b *Bench) public(ctx context.Context, u User, why string, changes ...store.Change) (store.Commit, error) {
	c, err := b.save(ctx, u, why, changes...)
	if err != nil {
		return c, err
	}
	return c, b.audited(ctx, c, changes)
}
