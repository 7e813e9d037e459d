package workbench

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"entente"
	"entente/internal/auth"
	"entente/internal/store"
)

// Comments are talk among those who work here: they are shared, and never part
// of a corpus. A challenge is a row of the corpus: it is public at once, and
// stands beside every figure that rests on the record that it disputes.

// CommentSort says what a comment came with.
type CommentSort string

// The sorts of comment.
const (
	Said     CommentSort = ""         // just a comment
	Returned CommentSort = "returned" // the reason why a record went back to its coder
	Revealed CommentSort = "note"     // a private note that its writer shared
)

// Comment is one remark on a record.
type Comment struct {
	ID      string      `json:"-"`
	Version int         `json:"-"`
	Record  string      `json:"record"`             // "kind:id"
	On      int         `json:"on"`                 // the version of the record that was before the writer
	ReplyTo string      `json:"reply_to,omitempty"` // id of another comment on the record
	Sort    CommentSort `json:"sort,omitempty"`
	By      string      `json:"by"`
	At      time.Time   `json:"at"`
	Text    string      `json:"text"`
	Retired bool        `json:"-"` // taken back
}

// Comment says something on a record, or answers a comment on it. Errors:
// NotFound, also for a record that the user may not see.
func (b *Bench) Comment(ctx context.Context, u User, k store.Key, text, replyTo string) (*Comment, error) {
	const op = "comment"
	text, err := needed(op, "text", text, MaxLong)
	if err != nil {
		return nil, err
	}
	v, err := b.see(ctx, u, k)
	if err != nil {
		return nil, err
	}
	switch {
	case v.Layer != "":
		return nil, fault(entente.Invalid, op, k.String(), "it is private", "share it first")
	case v.Kind == KindComment || v.Kind == KindNote:
		return nil, fault(entente.Invalid, op, k.String(), "a comment stands on a record", "answer the comment instead")
	}
	if replyTo != "" {
		if _, err := b.see(ctx, u, store.Key{Kind: KindComment, ID: replyTo}); err != nil || !strings.HasPrefix(replyTo, hung(k)) {
			return nil, fault(entente.Invalid, op, "reply", "there is no such comment on this record", "load the record again")
		}
	}
	c, err := b.commentChange(u, v, text, Said)
	if err != nil {
		return nil, err
	}
	body, err := decode[Comment](&store.Version{Key: c.Key, Body: c.Body})
	if err != nil {
		return nil, err
	}
	if replyTo != "" {
		body.ReplyTo = replyTo
		if c, err = change(KindComment, c.ID, 0, body, c.Facets); err != nil {
			return nil, err
		}
	}
	if _, err := b.save(ctx, u, "comment", c); err != nil {
		return nil, err
	}
	body.ID, body.Version = c.ID, 1
	return body, nil
}

// hung is the beginning of the ids of what hangs on a record: they are listed
// together, the earliest first.
func hung(k store.Key) string { return k.String() + "#" }

// hungID makes such an id.
func (b *Bench) hungID(k store.Key) (string, error) {
	end, err := b.newID()
	if err != nil {
		return "", err
	}
	id := fmt.Sprintf("%s%016x-%s", hung(k), b.now().UnixMicro(), end)
	if len(id) > 1000 {
		return "", fault(entente.Invalid, "comment", k.Kind, "the id of the record is too long to hang anything on it", "")
	}
	return id, nil
}

// commentChange is the change that puts a comment on a record.
func (b *Bench) commentChange(u User, v *store.Version, text string, sort CommentSort) (store.Change, error) {
	id, err := b.hungID(v.Key)
	if err != nil {
		return store.Change{}, err
	}
	f := facets(v)
	f.Coder = "" // its author is who writes it
	return change(KindComment, id, 0, Comment{
		Record: v.String(), On: v.Number, Sort: sort, By: u.Name, At: b.now().UTC().Truncate(time.Microsecond), Text: text,
	}, f)
}

// Comments lists the comments on a record, the earliest first, those that were
// taken back without their text. The user has to be allowed to see the record.
func (b *Bench) Comments(ctx context.Context, u User, k store.Key) ([]Comment, error) {
	if _, err := b.Record(ctx, u, k); err != nil {
		return nil, err
	}
	list, err := b.under(ctx, KindComment, hung(k))
	if err != nil {
		return nil, err
	}
	if list, err = b.Visible(ctx, u, list); err != nil {
		return nil, err
	}
	out := []Comment{}
	for i := range list {
		c, err := decode[Comment](&list[i])
		if err != nil {
			return nil, err
		}
		c.ID, c.Version = list[i].ID, list[i].Number
		if list[i].State == store.Retired {
			c.Retired, c.Text = true, ""
		}
		out = append(out, *c)
	}
	return out, nil
}

// TakeBack takes a comment back: its place stays, its words stay in the history
// only. People take back their own, editors any.
func (b *Bench) TakeBack(ctx context.Context, u User, id string, base int) error {
	const op = "take back"
	v, err := b.see(ctx, u, store.Key{Kind: KindComment, ID: id})
	if err != nil {
		return err
	}
	c, err := decode[Comment](v)
	if err != nil {
		return err
	}
	if c.By != u.Name && !u.Role.AtLeast(auth.Editor) {
		return fault(entente.Denied, op, v.String(), "it is "+c.By+"'s comment", "answer it instead")
	}
	x := again(v, store.Retired)
	x.Base = base
	_, err = b.save(ctx, u, op, x)
	return err
}

// Challenged is a challenge with the version that it was read at.
type Challenged struct {
	entente.Challenge
	Version int
	State   store.State
}

// Challenge disputes a published record, in public: the challenge is shown
// wherever a figure uses the record. Which role may do so is decided at the
// route. A draft is not challenged but commented on.
func (b *Bench) Challenge(ctx context.Context, u User, k store.Key, text string) (*Challenged, error) {
	const op = "challenge"
	text, err := needed(op, "text", text, MaxLong)
	if err != nil {
		return nil, err
	}
	if k.Kind == KindChallenge || !isTable(k.Kind) {
		return nil, fault(entente.Invalid, op, k.String(), "only a record of the corpus can be challenged", "comment on it instead")
	}
	if err := checkID(k.Kind, k.ID); err != nil {
		return nil, err
	}
	p, err := b.published(ctx, k)
	if err != nil && entente.KindOf(err) != entente.NotFound {
		return nil, err
	}
	if p == nil { // whether there is a draft is nobody's business here
		return nil, fault(entente.NotFound, op, k.String(), "there is no published record of that id", "comment on a draft instead")
	}
	id, err := b.newID("ch")
	if err != nil {
		return nil, err
	}
	row := entente.Challenge{ID: id, Record: k.String(), Text: oneLine(text), By: u.Name, Date: b.today(), Status: entente.ChallengeOpen}
	if _, err := b.public(ctx, u, "challenge", rowChange(row, 0, store.Published)); err != nil {
		return nil, err
	}
	return &Challenged{row, 1, store.Published}, nil
}

// oneLine puts a text on one line, as a cell of a table has it.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// today is the day of the clock, UTC.
func (b *Bench) today() entente.Date {
	t := b.now().UTC()
	return entente.Day(t.Year(), int(t.Month()), t.Day())
}

// Challenges lists the challenges to a record, or with a zero key all of them,
// by id; open only on request. They are public.
func (b *Bench) Challenges(ctx context.Context, k store.Key, open bool) ([]Challenged, error) {
	out := []Challenged{}
	err := b.each(ctx, store.Query{Kinds: []string{KindChallenge}, States: live}, func(v *store.Version) error {
		c, err := fromRow[entente.Challenge](v)
		if err != nil {
			return err
		}
		if (k == store.Key{} || c.Record == k.String()) && (!open || c.Status == entente.ChallengeOpen) {
			out = append(out, Challenged{c, v.Number, v.State})
		}
		return nil
	})
	return out, err
}

// challengesTo gives the live versions of the challenges to a record.
func (b *Bench) challengesTo(ctx context.Context, k store.Key) ([]store.Version, error) {
	var out []store.Version
	err := b.each(ctx, store.Query{Kinds: []string{KindChallenge}, States: live}, func(v *store.Version) error {
		c, err := fromRow[entente.Challenge](v)
		if err == nil && c.Record == k.String() {
			out = append(out, *v)
		}
		return err
	})
	return out, err
}

// AnswerChallenge answers a challenge in public: the figures no longer carry it,
// the corpus keeps it with its answer.
func (b *Bench) AnswerChallenge(ctx context.Context, u User, id string, base int, answer string) error {
	const op = "answer challenge"
	answer, err := needed(op, "answer", answer, MaxLong)
	if err != nil {
		return err
	}
	return b.closeChallenge(ctx, u, op, id, base, func(c *entente.Challenge) error {
		if c.By == u.Name && !b.own {
			return fault(entente.Denied, op, id, "it is your own challenge", "withdraw it, or let somebody else answer")
		}
		c.Status, c.Answer = entente.ChallengeAnswered, oneLine(answer)
		return nil
	})
}

// WithdrawChallenge takes a challenge back. People withdraw their own, admins
// any.
func (b *Bench) WithdrawChallenge(ctx context.Context, u User, id string, base int) error {
	const op = "withdraw challenge"
	return b.closeChallenge(ctx, u, op, id, base, func(c *entente.Challenge) error {
		if c.By != u.Name && u.Role != auth.Admin {
			return fault(entente.Denied, op, id, "it is "+c.By+"'s challenge", "answer it instead")
		}
		c.Status = entente.ChallengeWithdrawn
		return nil
	})
}

func (b *Bench) closeChallenge(ctx context.Context, u User, op, id string, base int, f func(*entente.Challenge) error) error {
	c, v, err := row[entente.Challenge](ctx, b, id)
	if err != nil {
		return err
	}
	if v.State != store.Published || c.Status != entente.ChallengeOpen {
		return fault(entente.Conflict, op, id, "the challenge is closed: it is "+string(c.Status), "load the record again")
	}
	if err := f(&c); err != nil {
		return err
	}
	_, err = b.public(ctx, u, op, rowChange(c, base, store.Published))
	return err
}

// has tells whether a list of words holds one.
func has[S ~string](list []S, s S) bool { return slices.Contains(list, s) }
