package workbench

import (
	"context"
	"fmt"
	"slices"
	"time"

	"entente"
	"entente/internal/store"
)

// Task gives a document to coders, to be read for some propositions.
//
// A blind task is for measuring how well coders agree: until all of them are
// done, each sees only its own unpublished codings of the document's source;
// see [Bench.Visible]. Once all are done the blind is lifted for good.
type Task struct {
	ID       string           `json:"id"`
	Document string           `json:"document"`
	Source   entente.SourceID `json:"source"` // of the document, filled in by SaveTask
	Coders   []string         `json:"coders"` // account names, sorted
	Blind    bool             `json:"blind,omitempty"`
	// Propositions to read for; empty: all.
	Propositions []entente.PropositionID `json:"propositions,omitempty"`
	Note         string                  `json:"note,omitempty"`
	// Done, Lifted and Reopened are kept by Finish and Reopen; SaveTask ignores
	// what the caller puts there.
	Done     []string    `json:"done,omitempty"`
	Lifted   time.Time   `json:"lifted,omitzero"` // when all were done; zero: not yet
	Reopened []Reopening `json:"reopened,omitempty"`

	Version int `json:"-"` // 0: new; else the version that the caller saw
}

// Reopening tells that a coder was not done after all.
type Reopening struct {
	Coder  string    `json:"coder"`
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
}

// Hides tells whether the task keeps its coders' work apart now.
func (t *Task) Hides() bool { return t.Blind && t.Lifted.IsZero() }

// Has tells whether somebody is one of the task's coders.
func (t *Task) Has(coder string) bool { return slices.Contains(t.Coders, coder) }

// IsDone tells whether a coder has finished.
func (t *Task) IsDone(coder string) bool { return slices.Contains(t.Done, coder) }

// MaxCoders bounds the coders of one task.
const MaxCoders = 50

// SaveTask makes a task (Version 0) or changes one. A task keeps its document.
// Taking the last coder who is not done off a blind task lifts the blind.
//
// Errors: Invalid for an unknown document or proposition, no coders, or a blind
// task for fewer than two; Conflict when somebody changed it meanwhile.
func (b *Bench) SaveTask(ctx context.Context, u User, t Task) (*Task, error) {
	const op = "save task"
	if err := b.checkTask(ctx, op, &t); err != nil {
		return nil, err
	}
	doc, err := b.Document(ctx, t.Document)
	if err != nil {
		return nil, err
	}
	t.Source, t.Done, t.Lifted, t.Reopened = doc.Source, nil, time.Time{}, nil
	why := "task for " + doc.ID
	if t.Version == 0 {
		if t.ID, err = b.newID("task", doc.ID); err != nil {
			return nil, err
		}
		return b.writeTask(ctx, u, &t, why)
	}
	old, v, err := get[Task](ctx, b, KindTask, t.ID)
	if err != nil {
		return nil, err
	}
	switch {
	case v.State == store.Retired:
		return nil, fault(entente.Conflict, op, t.ID, "the task was dropped", "make a new one")
	case old.Document != t.Document:
		return nil, fault(entente.Invalid, op, t.ID, "a task keeps its document", "make a new task for the other document")
	case old.Blind != t.Blind && len(old.Done) > 0:
		return nil, fault(entente.Conflict, op, t.ID, "a coder is done already, so that the task stays as blind as it is", "make a new task")
	}
	t.Reopened, t.Lifted = old.Reopened, old.Lifted
	for _, name := range old.Done {
		if t.Has(name) {
			t.Done = append(t.Done, name)
		}
	}
	b.lift(&t)
	return b.writeTask(ctx, u, &t, why)
}

// checkTask brings the fields of a task into order.
func (b *Bench) checkTask(ctx context.Context, op string, t *Task) error {
	var err error
	if t.Note, err = typed(op, "note", t.Note, MaxLong); err != nil {
		return err
	}
	t.Coders = slices.Clone(t.Coders)
	for i := range t.Coders {
		if t.Coders[i], err = typed(op, "coders", t.Coders[i], MaxShort); err != nil {
			return err
		}
	}
	slices.Sort(t.Coders)
	t.Coders = slices.Compact(t.Coders)
	switch {
	case len(t.Coders) == 0 || t.Coders[0] == "":
		return fault(entente.Invalid, op, "coders", "the task has no coder, or one without a name", "name at least one account")
	case len(t.Coders) > MaxCoders:
		return fault(entente.Invalid, op, "coders", fmt.Sprintf("%d coders are too many", len(t.Coders)), fmt.Sprintf("at most %d", MaxCoders))
	case t.Blind && len(t.Coders) < 2:
		return fault(entente.Invalid, op, "coders", "a blind task needs at least two coders", "name a second one, or leave out blind")
	}
	t.Propositions = slices.Clone(t.Propositions)
	slices.Sort(t.Propositions)
	t.Propositions = slices.Compact(t.Propositions)
	for _, p := range t.Propositions {
		if err := b.there(ctx, op, KindProposition, string(p)); err != nil {
			return err
		}
	}
	return nil
}

// lift opens a blind task when all its coders are done.
func (b *Bench) lift(t *Task) {
	if !t.Blind || !t.Lifted.IsZero() {
		return
	}
	for _, name := range t.Coders {
		if !t.IsDone(name) {
			return
		}
	}
	t.Lifted = b.now().UTC().Truncate(time.Microsecond)
}

func (b *Bench) writeTask(ctx context.Context, u User, t *Task, why string) (*Task, error) {
	c, err := change(KindTask, t.ID, t.Version, t, store.Facets{Source: string(t.Source)})
	if err != nil {
		return nil, err
	}
	if _, err := b.save(ctx, u, why, c); err != nil {
		return nil, err
	}
	out := *t
	out.Version++
	return &out, nil
}

// DropTask takes a task back; its codings stay. A blind task that is dropped
// hides nothing any more.
func (b *Bench) DropTask(ctx context.Context, u User, id string, base int, why string) error {
	why, err := typed("drop task", "why", why, MaxShort)
	if err != nil {
		return err
	}
	t, _, err := get[Task](ctx, b, KindTask, id)
	if err != nil {
		return err
	}
	c, err := change(KindTask, id, base, t, store.Facets{Source: string(t.Source)})
	if err != nil {
		return err
	}
	c.State = store.Retired
	_, err = b.save(ctx, u, why, c)
	return err
}

// TaskFilter chooses tasks; empty fields choose all.
type TaskFilter struct {
	Document string
	Coder    string
	Open     bool // only those that somebody (or Coder, when given) has not finished
}

// Tasks lists tasks in the order of their ids.
func (b *Bench) Tasks(ctx context.Context, _ User, f TaskFilter) ([]Task, error) {
	ask := store.Query{Kinds: []string{KindTask}, States: live}
	if f.Document != "" {
		doc, err := b.Document(ctx, f.Document)
		if err != nil {
			return nil, err
		}
		ask.Source = string(doc.Source)
	}
	var out []Task
	err := b.eachTask(ctx, ask, func(t Task) {
		open := len(t.Done) < len(t.Coders)
		if f.Coder != "" {
			open = !t.IsDone(f.Coder)
		}
		if (f.Document == "" || t.Document == f.Document) && (f.Coder == "" || t.Has(f.Coder)) && (!f.Open || open) {
			out = append(out, t)
		}
	})
	return out, err
}

func (b *Bench) eachTask(ctx context.Context, ask store.Query, f func(Task)) error {
	return b.each(ctx, ask, func(v *store.Version) error {
		t, err := decode[Task](v)
		if err != nil {
			return err
		}
		t.Version = v.Number
		f(*t)
		return nil
	})
}

// Finish says that the user is done with a task. When all coders of a blind task
// are, its blind is lifted. Until then what the user coded under it is closed:
// see [Bench.Reopen]. To finish twice changes nothing.
func (b *Bench) Finish(ctx context.Context, u User, id string) (*Task, error) {
	return b.markTask(ctx, u, id, "finish task", func(t *Task) error {
		if t.IsDone(u.Name) {
			return errNothing
		}
		t.Done = append(t.Done, u.Name)
		slices.Sort(t.Done)
		b.lift(t)
		return nil
	})
}

// Reopen takes back that the user was done, with a reason that stays with the
// task. Once the blind is lifted nothing can be reopened: a coding that is
// changed after the others' were seen is no independent one.
func (b *Bench) Reopen(ctx context.Context, u User, id, reason string) (*Task, error) {
	const op = "reopen task"
	reason, err := typed(op, "reason", reason, MaxShort)
	if err != nil {
		return nil, err
	}
	if reason == "" {
		return nil, fault(entente.Invalid, op, id, "it is not said why", "give the reason: it stays with the task")
	}
	return b.markTask(ctx, u, id, op, func(t *Task) error {
		switch {
		case !t.IsDone(u.Name):
			return errNothing
		case !t.Lifted.IsZero():
			return fault(entente.Conflict, op, id, "all coders are done and have seen each other's codings", "edit the coding as in any document; the earlier version stays as the independent one")
		}
		t.Done = slices.DeleteFunc(t.Done, func(n string) bool { return n == u.Name })
		t.Reopened = append(t.Reopened, Reopening{Coder: u.Name, Reason: reason, At: b.now().UTC().Truncate(time.Microsecond)})
		return nil
	})
}

// errNothing says that there is nothing to write.
var errNothing = fault(entente.Internal, "", "", "nothing to do", "")

// markTask changes what a task says of the user. Two coders who finish at the
// same moment do not stand in each other's way: the later one tries again.
func (b *Bench) markTask(ctx context.Context, u User, id, op string, f func(*Task) error) (*Task, error) {
	for try := 0; ; try++ {
		t, v, err := get[Task](ctx, b, KindTask, id)
		if err != nil {
			return nil, err
		}
		t.Version = v.Number
		switch {
		case v.State == store.Retired:
			return nil, fault(entente.Conflict, op, id, "the task was dropped", "")
		case !t.Has(u.Name):
			return nil, fault(entente.Denied, op, id, "you are not a coder of this task", "an editor can add you")
		}
		if err := f(t); err != nil {
			if err == errNothing { //nolint:errorlint // compared as itself
				return t, nil
			}
			return nil, err
		}
		out, err := b.writeTask(ctx, u, t, op)
		if entente.KindOf(err) == entente.Conflict && try < MaxCoders {
			continue
		}
		return out, err
	}
}

// open refuses to change codings of a source under a blind task that the user
// has finished.
func (b *Bench) open(ctx context.Context, u User, op string, src entente.SourceID) error {
	tasks, err := b.hiding(ctx, []string{string(src)})
	if err != nil {
		return err
	}
	for _, t := range tasks[string(src)] {
		if t.IsDone(u.Name) {
			return fault(entente.Conflict, op, t.ID, "you have finished this blind task, and the others have not", "reopen it with a reason, or wait until all are done")
		}
	}
	return nil
}
