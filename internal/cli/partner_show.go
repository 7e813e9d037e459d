package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/node"
	"entente/internal/exchange/partner"
)

func newPartnerShowCommand(app *App, g *global) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use: "show ID", Short: "all that is kept of a partner: where it may read and write, and its credentials", Args: needs(1, 1, "the name of the partner"),
		Example: "  entente partner show jpn --node est",
	}
	nodeFlag(cmd, &dir)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		return g.withSettings(app, dir, func(ctx context.Context, n *node.Node, r partner.Revision) error {
			p := r.Partner(args[0])
			if p == nil {
				return noSuch("partner", args[0], "entente partner list shows them")
			}
			list, err := n.Book.Credentials(ctx, p.ID)
			if err != nil {
				return err
			}
			own, err := partner.ReadOutgoing(n.Dir, p.ID)
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(app.Stdout, partnerText(r, p, list, own != "", n.Now()))
			return closedPipe(err)
		})
	}
	return cmd
}

// partnerText is all of a partner, a line each.
func partnerText(r partner.Revision, p *partner.Partner, list []partner.Credential, outgoing bool, now time.Time) string {
	var b strings.Builder
	row := func(label, text string) {
		if text != "" {
			fmt.Fprintf(&b, "%-14s %s\n", label, clean(text))
		}
	}
	row("partner", strings.TrimSpace(p.ID+"  "+p.Name))
	row("state", partnerState(p, now))
	row("actor", p.Actor)
	row("client of", p.ClientOf)
	for _, id := range p.Identities {
		row("identity", string(id))
	}
	row("node", p.URL)
	row("log", p.Log)
	for _, x := range (partner.Introduction{CA: p.CA}).Fingerprints() {
		row(x[0], x[1])
	}
	row("certificate of", strings.Join(p.Names, ", "))
	if p.CertificateOnly {
		row("", "each request needs the client certificate")
	}
	for _, x := range p.Recipients {
		row("RED to", x.Name+"  "+short(x.Key))
	}
	for _, c := range r.Communities {
		for _, m := range c.Members {
			if m.Partner == p.ID {
				row("community", c.ID+", cleared to "+m.Clearance.String())
			}
		}
	}
	state := partner.NewState(r.N, r.Settings)
	for i := range r.Collections {
		c := &r.Collections[i]
		var may []string
		if v := state.Rules.View(p.ID, c.ID, now); v.Open() {
			may = append(may, "reads up to "+v.Highest().String())
		}
		if state.CanWrite(p.ID, c.ID, now) {
			may = append(may, "writes")
		}
		if len(may) > 0 {
			row("collection", collectionLabel(c)+": "+strings.Join(may, ", "))
		}
	}
	for _, c := range list {
		row(string(c.Kind), c.ID+"  "+credentialState(c, now)+"  "+c.Name)
	}
	if outgoing {
		row("outgoing", "the secret by which it knows this node is kept")
	}
	return b.String()
}

func short(key string) string {
	if len(key) > 24 {
		return key[:12] + "…" + key[len(key)-8:]
	}
	return key
}

func credentialState(c partner.Credential, now time.Time) string {
	s := "valid to " + c.Expires.Format(time.DateOnly)
	switch {
	case !c.Revoked.IsZero():
		s = "revoked " + c.Revoked.Format(time.DateOnly)
	case !now.Before(c.Expires):
		s = "expired " + c.Expires.Format(time.DateOnly)
	}
	if !c.LastUsed.IsZero() {
		s += ", last used " + c.LastUsed.Format("2006-01-02 15:04") + " UTC"
	}
	return s
}

func newPartnerHistoryCommand(app *App, g *global) *cobra.Command {
	var dir string
	var limit int
	cmd := &cobra.Command{
		Use: "history", Short: "who changed the settings of the node, when and why", Args: needs(0, 0, "no arguments"),
		Example: "  entente partner history --node est",
	}
	nodeFlag(cmd, &dir)
	cmd.Flags().IntVar(&limit, "limit", 50, "at most so many revisions, 1 to 1000")
	cmd.RunE = func(*cobra.Command, []string) error {
		if limit < 1 || limit > 1000 {
			return invalid("--limit", fmt.Sprintf("%d is out of range", limit), "expected 1 to 1000")
		}
		return g.withNode(dir, func(ctx context.Context, n *node.Node) error {
			list, err := n.Book.History(ctx, limit)
			if err != nil {
				return err
			}
			for _, r := range list {
				if _, err := fmt.Fprintf(app.Stdout, "%5d  %s UTC  %-16s %s\n", r.N, r.At.Format("2006-01-02 15:04:05"), clean(r.Who), clean(r.Why)); err != nil {
					return closedPipe(err)
				}
			}
			return nil
		})
	}
	return cmd
}

func newPartnerSettingsCommand(app *App, g *global) *cobra.Command {
	var e settingsEdit
	var title, url, unmarked string
	var recipients []string
	cmd := &cobra.Command{
		Use:   "settings [FILE]",
		Short: "print all settings of the exchange as JSON, or change those of the node itself",
		Long: `Settings prints the partners, communities, collections and embargoes of the node as
one JSON document; it holds no secret. With FILE they are taken from there, whole:
all faults are listed at once, and nothing is changed as long as there is one. With
flags it changes what the node says of itself.`,
		Example: "  entente partner settings --node est > settings.json\n  entente partner settings settings.json --dry-run --node est\n" +
			"  entente partner settings --unmarked amber --recipient duty-officer=age1… --node est",
		Args: needs(0, 1, "at most one file"),
	}
	e.flags(cmd)
	f := cmd.Flags()
	f.StringVar(&title, "title", "", "the node's `name` for people")
	f.StringVar(&url, "url", "", "where partners reach the node: https://exchange.example:8443/; \"none\" while it serves nobody")
	f.StringVar(&unmarked, "unmarked", "", "the `level` of what carries no mark: green, amber, amber+strict or red")
	f.StringSliceVar(&recipients, "recipient", nil, "a function here that may get RED and its key, `FUNCTION=age1…` (repeat, or part with commas); it goes into the introduction")
	complete(cmd, "unmarked", []string{"green", "amber", "amber+strict", "red"})
	own := []string{"title", "url", "unmarked", "recipient"}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		given := slices.ContainsFunc(own, func(name string) bool { return cmd.Flags().Changed(name) })
		switch {
		case given && len(args) > 0:
			return invalid("", "a file takes the place of all settings; a flag changes one", "give one of them")
		case given:
			return e.run(app, g, "settings of the node", "The settings of the node are changed.", func(s *partner.Settings) error {
				s.Title = cmp.Or(title, s.Title)
				if url != "" {
					s.URL = word(url)
				}
				var err error
				if unmarked != "" {
					if s.Unmarked, err = handling.ParseTLP(unmarked); err != nil {
						return invalid("--unmarked", fmt.Sprintf("there is no level %q", unmarked), "one of green, amber, amber+strict, red")
					}
				}
				if recipients != nil {
					s.Recipients, err = recipientsOf(recipients)
				}
				return err
			})
		case len(args) == 0:
			return g.withSettings(app, e.dir, func(_ context.Context, _ *node.Node, r partner.Revision) error {
				return writeJSON(app, r.Settings)
			})
		}
		data, err := readSmall(args[0])
		if err != nil {
			return err
		}
		next, err := partner.ParseSettings(data)
		if err != nil {
			return err
		}
		return e.run(app, g, "settings from a file", "The settings are taken from the file.", func(s *partner.Settings) error {
			*s = next
			return nil
		})
	}
	return cmd
}

// withSettings opens a node for one command and reads its settings; what is closed
// because of a fault is said.
func (g *global) withSettings(app *App, dir string, do func(ctx context.Context, n *node.Node, r partner.Revision) error) error {
	return g.withNode(dir, func(ctx context.Context, n *node.Node) error {
		r, err := n.Book.Settings(ctx)
		if err != nil {
			return err
		}
		if err := r.Check(); err != nil {
			for _, x := range flatten(err) {
				app.note("closed because of a fault: %s", x)
			}
		}
		return do(ctx, n, r)
	})
}

func collectionLabel(c *partner.Collection) string {
	if c.Alias != "" {
		return c.Alias
	}
	return c.ID
}

// partnersOf lists who is cleared for a collection, and to what.
func partnersOf(r partner.Revision, c *partner.Collection, now time.Time) string {
	state := partner.NewState(r.N, r.Settings)
	var out []string
	for i := range r.Partners {
		id := r.Partners[i].ID
		if v := state.Rules.View(id, c.ID, now); v.Open() {
			out = append(out, id+" to "+v.Highest().String())
		}
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}
