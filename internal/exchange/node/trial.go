package node

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"entente"
	"entente/internal/datapackage"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/stix/mapping"
	"entente/internal/store"
)

// TrialOptions shape a trial.
type TrialOptions struct {
	Options
	Corpus *entente.Corpus // what both nodes start from
	// Ports are those of the two nodes on this machine; 0 and 0 are 8441 and 8442.
	Ports [2]int
	// Places are existing stores; empty makes a new one in each folder.
	Places [2]string
}

// Trialled is a trial that was made.
type Trialled struct {
	Dir   string
	Nodes [2]string // their folders
	// Position is a synthetic record of the first node's actor that the second node
	// does not have, on a proposition of which the actor has said nothing and the
	// other's has.
	Position string
}

// sides are the two nodes of a trial.
var sides = [2]struct {
	name  string // of the folder, and by which the other knows it
	actor entente.ActorID
}{{"estonia", "est"}, {"japan", "jpn"}}

// The names in the folder of a trial.
const (
	trialIncident = "incident.json"
	trialKeys     = "keys.txt"
)

// Trial makes two nodes on this machine that know each other, with two collections
// each, and a report of an incident that never happened. Nothing in them but the
// corpus is of the world.
func Trial(ctx context.Context, dir string, o TrialOptions) (t *Trialled, err error) {
	o.settle()
	if o.Ports == [2]int{} {
		o.Ports = [2]int{8441, 8442}
	}
	undo, err := emptyFolder(dir)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			for _, name := range []string{sides[0].name, sides[1].name, trialIncident, trialKeys} {
				_ = os.RemoveAll(filepath.Join(dir, name)) // made just now
			}
			undo()
		}
	}()
	t = &Trialled{Dir: dir}
	var nodes [2]*Node
	defer func() {
		for _, n := range nodes {
			if n != nil {
				_ = n.Close() // what was written was committed
			}
		}
	}()
	for i, side := range sides {
		t.Nodes[i] = filepath.Join(dir, side.name)
		if err := Init(ctx, t.Nodes[i], InitOptions{
			Options: o.Options, Actor: side.actor, Title: strings.ToUpper(side.name[:1]) + side.name[1:] + " (trial)", Corpus: o.Corpus, Place: o.Places[i],
			Listen: net.JoinHostPort("127.0.0.1", fmt.Sprint(o.Ports[i])), Names: []string{"127.0.0.1", "localhost"}, Origin: side.name + ".example/log", Who: "trial",
		}); err != nil {
			return nil, err
		}
		if nodes[i], err = Open(ctx, t.Nodes[i], o.Options); err != nil {
			return nil, err
		}
	}
	for i := range nodes {
		if err := introduce(ctx, nodes[i], nodes[1-i], sides[i].name, sides[1-i].name); err != nil {
			return nil, err
		}
	}
	if err := nodes[0].syntheticIncident(ctx, filepath.Join(dir, trialIncident), o.Corpus); err != nil {
		return nil, err
	}
	if t.Position, err = nodes[0].syntheticPosition(ctx, o.Corpus); err != nil {
		return nil, err
	}
	return t, writeNew(filepath.Join(dir, trialKeys), []byte(nodes[0].Key.Public()+"\n"+nodes[1].Key.Public()+"\n"))
}

// trialLife is how long the tokens of a trial count.
const trialLife = 90 * 24 * time.Hour

// introduce makes b a partner of a, with a token for b to come with, and opens
// two collections to it.
func introduce(ctx context.Context, a, b *Node, aName, bName string) error {
	in, err := b.Introduction(ctx)
	if err != nil {
		return err
	}
	if _, err := a.Book.Edit(ctx, "trial", "pair the two nodes", func(s *partner.Settings) error {
		if _, err := in.Apply(s, bName); err != nil {
			return err
		}
		if err := s.AddCommunity(handling.Community{ID: "pair", Name: "The two nodes of the trial", Members: []handling.Member{{Partner: bName, Clearance: handling.AmberStrict}}}); err != nil {
			return err
		}
		ids := []string{partner.NewCollectionID(), partner.NewCollectionID()}
		slices.Sort(ids) // a sync reads them in this order: the same numbers each time
		for _, c := range []partner.Collection{
			{Alias: "incidents", Collection: handling.Collection{ID: ids[0], Title: "Incidents", Communities: []string{"pair"}, Ceiling: handling.AmberStrict}},
			{Alias: "positions", Collection: handling.Collection{ID: ids[1], Title: "Positions", Communities: []string{"pair"}, Ceiling: handling.Green}},
		} {
			if err := s.AddCollection(c); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	secret, _, err := a.Book.NewToken(ctx, "trial", bName, "trial", a.Now().Add(trialLife))
	if err != nil {
		return err
	}
	return partner.WriteOutgoing(b.Dir, aName, secret)
}

// Introduction is what a partner needs to add this node. It holds no secret.
func (n *Node) Introduction(ctx context.Context) (partner.Introduction, error) {
	state, err := n.Book.State(ctx)
	if err != nil {
		return partner.Introduction{}, err
	}
	ca, err := partner.CABundle(n.Dir)
	if err != nil {
		return partner.Introduction{}, err
	}
	var names []string
	for _, name := range n.Config.Names {
		if net.ParseIP(name) == nil {
			names = append(names, name)
		}
	}
	return partner.Introduce(state.Settings, ca, names, n.Key.Public()), nil
}

// syntheticIncident writes a bundle with the report of an incident that never
// happened, marked AMBER.
func (n *Node) syntheticIncident(ctx context.Context, path string, c *entente.Corpus) error {
	state, err := n.Book.State(ctx)
	if err != nil {
		return err
	}
	id, err := stix.NewID("incident", map[string]string{"trial": n.Log.Origin()})
	if err != nil {
		return err
	}
	at := stix.At(n.Now().UTC().Truncate(time.Millisecond)).String()
	o, err := stix.Build(map[string]any{
		"type": "incident", "spec_version": "2.1", "id": string(id), "created": at, "modified": at, "created_by_ref": string(state.Settings.Identity),
		"name":                "SYNTHETIC: mail of a ministry read by somebody else",
		"description":         "Made up for trying out the exchange. Stolen session cookies let somebody read two mailboxes for nine days; what helped: short sessions, and an alert on a second country within an hour.",
		"object_marking_refs": []string{string(handling.Amber.Mark())},
		"extensions": map[string]any{
			string(mapping.CoreExtension): map[string]any{"extension_type": "property-extension", "determination": "confirmed", "investigation_status": "closed"},
		},
	})
	if err != nil {
		return err
	}
	marks, err := handling.Definitions()
	if err != nil {
		return err
	}
	list := []*stix.Object{}
	for _, m := range marks {
		if m.ID() == handling.Amber.Mark() {
			list = append(list, m)
		}
	}
	var b bytes.Buffer
	if err := stix.WriteBundle(&b, append(list, o)); err != nil {
		return err
	}
	return writeNew(path, b.Bytes())
}

// trialRecord is the id of the synthetic source and statement.
const trialRecord = "trial-synthetic"

// syntheticPosition gives the first node's store a statement that was never made, and
// tells its name.
func (n *Node) syntheticPosition(ctx context.Context, c *entente.Corpus) (string, error) {
	about, err := silence(c)
	if err != nil {
		return "", err
	}
	actor, note := sides[0].actor, "SYNTHETIC: made up for trying out the exchange; the actor never said so"
	rows := datapackage.RowsOf(&entente.Records{
		Sources: []entente.Source{{
			ID: trialRecord, Title: "SYNTHETIC statement, made up for trying out the exchange", Author: "nobody", Date: c.Info.Released, Kind: entente.StatementText,
			Lang: "en", Status: entente.Official, TextOf: []entente.ActorID{actor}, Note: note,
		}},
		Statements: []entente.Statement{{
			ID: trialRecord, Actor: actor, Proposition: about, Stance: entente.Affirms, Date: c.Info.Released, Source: trialRecord, Pinpoint: "paragraph 1", Coder: "trial", Checked: true, Note: note,
		}},
	})
	var changes []store.Change
	for _, r := range rows {
		changes = append(changes, store.RowChange(r, 0, store.Published))
	}
	_, err = n.Store.Save(ctx, store.Reason{Who: "trial", Why: "a synthetic position to share", Via: "cli"}, changes...)
	return "statements:" + trialRecord, err
}

// silence finds a proposition of which the first node's actor has said nothing and
// the second's has.
func silence(c *entente.Corpus) (entente.PropositionID, error) {
	said := map[entente.PropositionID][2]bool{}
	for i := range c.Statements {
		s := &c.Statements[i]
		who := said[s.Proposition]
		for k := range sides {
			who[k] = who[k] || s.Actor == sides[k].actor && (k == 0 || s.Checked)
		}
		said[s.Proposition] = who
	}
	for i := range c.Propositions {
		if p := c.Propositions[i].ID; said[p] == [2]bool{false, true} {
			return p, nil
		}
	}
	return "", &entente.Error{Kind: entente.NotFound, Op: "make trial", Msg: "the corpus has no proposition of which only one of the two has spoken", Hint: "take the corpus that comes with the program"}
}

// Walk tells what to do with a trial, command by command.
func (t *Trialled) Walk() string {
	a, b := t.Nodes[0], t.Nodes[1]
	lines := []string{
		"Two nodes that know each other: " + a + " and " + b + ".",
		"",
		"  entente node serve " + a + " " + b,
		"",
		"and in another window:",
		"",
		"  entente share " + t.Position + " --level green --collection positions --node " + a,
		"  entente share --file " + filepath.Join(t.Dir, trialIncident) + " --level amber --collection incidents --node " + a,
		"  entente sync estonia --node " + b,
		"  entente inbox --node " + b,
		"  entente inbox accept 19 --with-needed --publish --node " + b,
		"",
		"docs/exchange.md goes on from here: accept, withdraw, prove. " + t.Position + " is SYNTHETIC, like",
		"the incident: neither state said or saw any such thing.",
	}
	return strings.Join(lines, "\n") + "\n"
}
