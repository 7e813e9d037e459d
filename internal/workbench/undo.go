package workbench

import (
	"context"
	"errors"
	"fmt"

	"entente"
	"entente/internal/auth"
	"entente/internal/store"
)

// Undo takes a whole commit back, as [store.Store.Undo] does, for a user: what
// the user may not see cannot be undone by the user, and what becomes public or
// is retired by it goes to the audit log.
//
// Errors: NotFound; Conflict when a record moved on, or when taking it back
// would show what a blind task hides; Denied when it would change what is public
// and the user may not publish.
func (b *Bench) Undo(ctx context.Context, u User, seq int64, why string) (store.Commit, error) {
	const op = "undo"
	why, err := needed(op, "reason", why, MaxShort)
	if err != nil {
		return store.Commit{}, err
	}
	missing := fault(entente.NotFound, op, fmt.Sprintf("commit %d", seq), "there is no such commit", "the log lists them")
	if seq < 1 {
		return store.Commit{}, missing
	}
	list, err := b.Store.Log(ctx, store.LogQuery{Before: seq + 1, Limit: 1, Layers: u.layers()})
	if err != nil {
		return store.Commit{}, err
	}
	if len(list) == 0 || list[0].Seq != seq {
		return store.Commit{}, missing
	}
	e := list[0]
	seen, err := b.VisibleLog(ctx, u, list)
	if err != nil {
		return store.Commit{}, err
	}
	if len(seen) == 0 {
		return store.Commit{}, missing
	}
	if n := len(e.Touched) + e.More; len(seen[0].Touched) < len(e.Touched) || n < e.Changes {
		return store.Commit{}, fault(entente.Denied, op, fmt.Sprintf("commit %d", seq), "a part of it is not yours to see", "take back the records that you see one by one")
	}
	if !auth.Allowed(u.Role, auth.Publish) {
		for _, t := range e.Touched {
			if t.Layer == "" && (t.State == store.Published || t.State == store.Retired) {
				return store.Commit{}, fault(entente.Denied, op, t.String(), "it is or was public", "ask an editor")
			}
		}
	}
	c, err := b.Store.Undo(ctx, store.Reason{Who: u.Name, Why: fmt.Sprintf("take back commit %d: %s", seq, why), Via: b.via}, seq)
	if err != nil {
		return c, err
	}
	return c, b.auditedCommit(ctx, c)
}

// Restore makes an earlier version of a record its latest again, for a user. A
// version that was public becomes public again, which takes the right to
// publish. base is the version that the user saw as the latest.
//
// Errors: NotFound, also for a version that is hidden from the user; Denied;
// Conflict when the record moved on.
func (b *Bench) Restore(ctx context.Context, u User, k store.Key, number, base int, why string) (store.Commit, error) {
	const op = "restore"
	why, err := needed(op, "reason", why, MaxShort)
	if err != nil {
		return store.Commit{}, err
	}
	list, err := b.History(ctx, u, k)
	if err != nil {
		return store.Commit{}, err
	}
	var old *store.Version
	for i := range list {
		if list[i].Number == number {
			old = &list[i]
		}
	}
	if old == nil {
		return store.Commit{}, fault(entente.NotFound, op, fmt.Sprintf("%s version %d", k, number), "there is no such version", "the history lists them")
	}
	if old.Layer == "" && !auth.Allowed(u.Role, auth.Publish) {
		p, err := b.published(ctx, k)
		if err != nil {
			return store.Commit{}, err
		}
		if p != nil || old.State == store.Published {
			return store.Commit{}, fault(entente.Denied, op, k.String(), "it is or was public", "ask an editor")
		}
	}
	reason := store.Reason{Who: u.Name, Why: fmt.Sprintf("version %d again: %s", number, why), Via: b.via}
	c, err := b.Store.Restore(ctx, reason, k, number, base)
	if err != nil {
		return c, err
	}
	return c, b.auditedCommit(ctx, c)
}

// auditedCommit enters a commit that the store made by itself in the audit log.
func (b *Bench) auditedCommit(ctx context.Context, c store.Commit) error {
	if b.audit == nil {
		return nil
	}
	list, err := b.Store.Log(ctx, store.LogQuery{Before: c.Seq + 1, Limit: 1})
	if err != nil || len(list) == 0 || list[0].Seq != c.Seq {
		return errors.Join(err) // nothing shared was touched
	}
	var changes []store.Change
	for _, t := range list[0].Touched {
		changes = append(changes, store.Change{Key: t.Key, State: t.State, Layer: t.Layer})
	}
	return b.audited(ctx, c, changes)
}
