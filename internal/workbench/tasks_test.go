package workbench_test

import (
	"slices"
	"sync"
	"testing"

	"entente"
	"entente/internal/workbench"
)

func (d *desk) task(doc string, blind bool, coders ...string) *workbench.Task {
	d.t.Helper()
	t, err := d.SaveTask(d.ctx, edith, workbench.Task{Document: doc, Coders: coders, Blind: blind})
	if err != nil {
		d.t.Fatal(err)
	}
	return t
}

func TestTasks(t *testing.T) {
	d := newDesk(t)
	doc := d.add(paper)
	task := d.task(doc.ID, false, "ben", "ann", "ann")
	if !slices.Equal(task.Coders, []string{"ann", "ben"}) || task.Source != doc.Source || task.Version != 1 {
		t.Errorf("%+v", task)
	}
	// Two editors change it at once: the later one is told.
	mine, theirs := *task, *task
	mine.Propositions = []entente.PropositionID{"law-ihl"}
	if _, err := d.SaveTask(d.ctx, edith, mine); err != nil {
		t.Fatal(err)
	}
	theirs.Note = "read the annex too"
	_, err := d.SaveTask(d.ctx, adam, theirs)
	d.fails(err, entente.Conflict, "by edith")

	if _, err := d.Finish(d.ctx, ann, task.ID); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		f    workbench.TaskFilter
		want int
	}{
		{workbench.TaskFilter{}, 1},
		{workbench.TaskFilter{Coder: "ann"}, 1},
		{workbench.TaskFilter{Coder: "ann", Open: true}, 0},
		{workbench.TaskFilter{Coder: "ben", Open: true}, 1},
		{workbench.TaskFilter{Open: true, Document: doc.ID}, 1},
		{workbench.TaskFilter{Coder: "cyd"}, 0},
	} {
		if list, err := d.Tasks(d.ctx, ann, tt.f); err != nil || len(list) != tt.want {
			t.Errorf("%+v: %v %v", tt.f, list, err)
		}
	}
	_, err = d.Finish(d.ctx, cyd, task.ID)
	d.fails(err, entente.Denied, "not a coder")
}

func TestTaskErrors(t *testing.T) {
	d := newDesk(t)
	doc := d.add(paper)
	for _, tt := range []struct {
		task workbench.Task
		kind entente.Kind
		what string
	}{
		{workbench.Task{Document: "no-such", Coders: []string{"ann"}}, entente.NotFound, "no such"},
		{workbench.Task{Document: doc.ID}, entente.Invalid, "no coder"},
		{workbench.Task{Document: doc.ID, Coders: []string{"ann", "  "}}, entente.Invalid, "without a name"},
		{workbench.Task{Document: doc.ID, Coders: []string{"ann"}, Blind: true}, entente.Invalid, "two coders"},
		{workbench.Task{Document: doc.ID, Coders: []string{"ann"}, Propositions: []entente.PropositionID{"nonsense"}}, entente.Invalid, "nonsense"},
		{workbench.Task{ID: "gone", Version: 1, Document: doc.ID, Coders: []string{"ann"}}, entente.NotFound, "no such"},
	} {
		_, err := d.SaveTask(d.ctx, edith, tt.task)
		d.fails(err, tt.kind, tt.what)
	}
}

func TestFinishAtOnce(t *testing.T) {
	d := newDesk(t)
	names := []string{"ann", "ben", "cyd", "dan", "eve", "fay"}
	task := d.task(d.add(paper).ID, true, names...)
	var wg sync.WaitGroup
	for _, n := range names {
		wg.Go(func() {
			if _, err := d.Finish(d.ctx, workbench.User{Name: n, Role: ann.Role}, task.ID); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	list, err := d.Tasks(d.ctx, ann, workbench.TaskFilter{})
	if err != nil || len(list) != 1 || !slices.Equal(list[0].Done, names) || list[0].Hides() {
		t.Errorf("%+v %v", list, err)
	}
}

func TestReopen(t *testing.T) {
	d := newDesk(t)
	doc := d.add(paper)
	task := d.task(doc.ID, true, "ann", "ben")
	c := d.code(ann, doc.ID, "International humanitarian law applies", "law-ihl", entente.Affirms)
	if _, err := d.Finish(d.ctx, ann, task.ID); err != nil {
		t.Fatal(err)
	}
	// What is done is closed while the others are not.
	n := d.on(doc.ID, "humanitarian law", "law-ihl", entente.Doubts)
	_, err := d.EditCoding(d.ctx, ann, doc.ID, c.Statement.ID, c.Version, n)
	d.fails(err, entente.Conflict, "finished")
	_, err = d.Code(d.ctx, ann, doc.ID, n)
	d.fails(err, entente.Conflict, "finished")
	d.fails(d.DropCoding(d.ctx, ann, c.Statement.ID, c.Version), entente.Conflict, "finished")
	_, err = d.ReadNothing(d.ctx, ann, doc.ID, "est", []entente.PropositionID{"law-charter"}, entente.FoundNothing)
	d.fails(err, entente.Conflict, "finished")

	_, err = d.Reopen(d.ctx, ann, task.ID, "  ")
	d.fails(err, entente.Invalid, "not said why")
	got, err := d.Reopen(d.ctx, ann, task.ID, "missed the annex")
	if err != nil || len(got.Done) != 0 || len(got.Reopened) != 1 || got.Reopened[0].Reason != "missed the annex" || got.Reopened[0].Coder != "ann" {
		t.Fatalf("%+v %v", got, err)
	}
	if _, err := d.EditCoding(d.ctx, ann, doc.ID, c.Statement.ID, c.Version, n); err != nil {
		t.Fatal(err)
	}
	for _, u := range []workbench.User{ann, ben} {
		if _, err := d.Finish(d.ctx, u, task.ID); err != nil {
			t.Fatal(err)
		}
	}
	_, err = d.Reopen(d.ctx, ann, task.ID, "again")
	d.fails(err, entente.Conflict, "seen each other")
	// After that the coding is edited as any other.
	if _, err := d.EditCoding(d.ctx, ann, doc.ID, c.Statement.ID, c.Version+1, n); err != nil {
		t.Error(err)
	}
}
