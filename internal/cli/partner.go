package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"entente"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/node"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/stix"
)

func newPartnerCommand(app *App, g *global) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "partner",
		Short: "with whom a node exchanges",
		Long: `Partner keeps the partners of a node and by what they prove who they are. A new
partner gets nothing until it is a member of a community that a collection serves:
entente community member.`,
		Example: "  entente partner add jpn --introduction japan.json --node est\n  entente partner list --node est",
		Args:    noSuchCommand,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	under(cmd, "Partners:",
		newPartnerListCommand(app, g), newPartnerShowCommand(app, g), newPartnerAddCommand(app, g), newPartnerSetCommand(app, g),
		newPartnerSwitchCommand(app, g, "suspend", "stop everything to and from a partner", true), newPartnerSwitchCommand(app, g, "resume", "go on with a suspended partner", false),
		newPartnerRemoveCommand(app, g), newPartnerIntroduceCommand(app, g),
		newPartnerTokenCommand(app, g), newPartnerPasswordCommand(app, g), newPartnerCertificateCommand(app, g), newPartnerRevokeCommand(app, g), newPartnerOutgoingCommand(app, g),
		newPartnerHistoryCommand(app, g), newPartnerSettingsCommand(app, g))
	return cmd
}

// partnerFlags are what can be said of a partner.
type partnerFlags struct {
	name, actor, url, ca, log, clientOf, until string
	identities, hosts, recipients              []string
	perMinute                                  int
	certificateOnly                            bool
}

func (f *partnerFlags) flags(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringVar(&f.name, "name", "", "its `name` for people")
	fl.StringVar(&f.actor, "actor", "", "the `actor` of the corpus for whom it speaks, such as jpn")
	fl.StringVar(&f.url, "url", "", "the root of its node, such as https://exchange.example:8443/; \"none\" for a client that only comes here")
	fl.StringVar(&f.ca, "ca", "", "a `file` with the certificates (PEM) of the authority of its server and client certificates; \"none\"")
	fl.StringSliceVar(&f.hosts, "host", nil, "a DNS `name` that its client certificate carries, when it is not the host of its URL (repeat, or part with commas)")
	fl.BoolVar(&f.certificateOnly, "certificate-only", false, "a token or password alone is not enough: each request needs the client certificate")
	fl.StringVar(&f.log, "log", "", "the public `key` of its log; \"none\"")
	fl.StringSliceVar(&f.identities, "identity", nil, "a STIX `identity` in whose name it may make and change objects (repeat, or part with commas)")
	fl.StringSliceVar(&f.recipients, "recipient", nil, "a function that may get RED and its key, `FUNCTION=age1…` (repeat, or part with commas)")
	fl.StringVar(&f.clientOf, "client-of", "", "the `partner` whose client it is, or self; AMBER+STRICT does not reach clients; \"none\"")
	fl.StringVar(&f.until, "until", "", "when the agreement ends (2026-12-31: the end of that day, UTC); \"none\"")
	fl.IntVar(&f.perMinute, "per-minute", 0, "most requests a minute; 0 is the default of the server")
}

// apply writes what was said into a partner.
func (f *partnerFlags) apply(cmd *cobra.Command, p *partner.Partner) error {
	given := func(name string) bool { return cmd.Flags().Changed(name) }
	if given("name") {
		p.Name = f.name
	}
	if given("actor") {
		p.Actor = word(f.actor)
	}
	if given("url") {
		if p.URL = word(f.url); p.URL != "" && !strings.HasSuffix(p.URL, "/") {
			p.URL += "/"
		}
	}
	if given("ca") {
		p.CA = ""
		if f.ca != "none" {
			text, err := readSmall(f.ca)
			if err != nil {
				return err
			}
			p.CA = string(text)
		}
	}
	if given("host") {
		p.Names = f.hosts
	}
	if given("certificate-only") {
		p.CertificateOnly = f.certificateOnly
	}
	if given("log") {
		p.Log = word(f.log)
	}
	if given("identity") {
		p.Identities = nil
		for _, s := range f.identities {
			p.Identities = append(p.Identities, stix.ID(s))
		}
	}
	if given("recipient") {
		var err error
		if p.Recipients, err = recipientsOf(f.recipients); err != nil {
			return err
		}
	}
	if given("client-of") {
		p.ClientOf = word(f.clientOf)
	}
	if given("until") {
		var err error
		if p.Until, err = untilFlag(f.until); err != nil {
			return err
		}
	}
	if given("per-minute") {
		p.PerMinute = f.perMinute
	}
	return nil
}

// word is the value of a flag that "none" empties.
func word(s string) string {
	if s == "none" {
		return ""
	}
	return s
}

// recipientsOf reads FUNCTION=KEY.
func recipientsOf(list []string) (out []partner.Recipient, err error) {
	for _, s := range list {
		name, key, ok := strings.Cut(s, "=")
		if !ok {
			return nil, invalid("--recipient", fmt.Sprintf("%q is not FUNCTION=KEY", short(name)), "such as duty-officer=age1…")
		}
		out = append(out, partner.Recipient{Name: name, Key: key})
	}
	return out, nil
}

// readSmall reads a file of a certificate or an introduction.
func readSmall(path string) ([]byte, error) {
	f, err := os.Open(path) //nolint:gosec // the operator names it
	switch {
	case os.IsNotExist(err):
		return nil, &entente.Error{Kind: entente.NotFound, Place: path, Msg: "there is no such file"}
	case err != nil:
		return nil, &entente.Error{Kind: entente.Unavailable, Place: path, Msg: "the file cannot be opened", Err: err}
	}
	defer func() { _ = f.Close() }() // only read
	data, err := io.ReadAll(io.LimitReader(f, 4<<20+1))
	if err != nil {
		return nil, &entente.Error{Kind: entente.Unavailable, Place: path, Msg: "the file cannot be read", Err: err}
	}
	if len(data) > 4<<20 {
		return nil, invalid(path, "the file is too large", "")
	}
	return data, nil
}

func newPartnerAddCommand(app *App, g *global) *cobra.Command {
	var e settingsEdit
	var f partnerFlags
	var from string
	cmd := &cobra.Command{
		Use:   "add ID",
		Short: "make a partner, from its introduction or by hand",
		Long: `Add makes a partner under a short name of this node's choice. With --introduction
it takes over what the partner tells of itself, also again for a partner that is
there already; the fingerprints that are printed must be compared with the partner
by another way (by telephone, for example) before anything is shared. A token in the
introduction is the one by which the partner will know this node: it is put into
the node's folder, readable by its owner only.`,
		Example: "  entente partner add jpn --introduction japan.json --node est\n" +
			"  entente partner add misp-lab --name 'MISP of the laboratory' --client-of self --until 2027-06-30 --node est",
		Args: needs(1, 1, "a short name for the partner"),
	}
	e.flags(cmd)
	f.flags(cmd)
	cmd.Flags().StringVar(&from, "introduction", "", "the `file` that the partner made with entente partner introduce")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		id := args[0]
		var intro *partner.Introduction
		if from != "" {
			data, err := readSmall(from)
			if err != nil {
				return err
			}
			i, err := partner.ReadIntroduction(strings.NewReader(string(data)))
			if err != nil {
				return err
			}
			intro = &i
		}
		err := e.run(app, g, "partner "+id+" added", "The partner "+id+" is kept.", func(s *partner.Settings) error {
			if intro == nil {
				p := partner.Partner{Partner: handling.Partner{ID: id}}
				if err := f.apply(cmd, &p); err != nil {
					return err
				}
				return s.AddPartner(p)
			}
			if _, err := intro.Apply(s, id); err != nil {
				return err
			}
			return f.apply(cmd, s.Partner(id))
		})
		if err != nil || intro == nil {
			return err
		}
		if intro.Token != "" && !e.dry {
			if err := g.withNode(e.dir, func(_ context.Context, n *node.Node) error {
				return partner.WriteOutgoing(n.Dir, id, intro.Token)
			}); err != nil {
				return err
			}
			app.note("the token by which %s knows this node is kept; destroy the introduction now", id)
		}
		return writeFingerprints(app, *intro)
	}
	return cmd
}

func writeFingerprints(app *App, i partner.Introduction) error {
	list := i.Fingerprints()
	if len(list) == 0 {
		return nil
	}
	var b strings.Builder
	b.WriteString("Fingerprints, to be compared by another way:\n")
	for _, x := range list {
		fmt.Fprintf(&b, "  %-24s", clean(x[0]))
		for i := 0; i < len(x[1]); i += 8 { // in groups that can be read aloud
			b.WriteString(" " + x[1][i:min(i+8, len(x[1]))])
		}
		b.WriteString("\n")
	}
	_, err := io.WriteString(app.Stdout, b.String())
	return closedPipe(err)
}

func newPartnerSetCommand(app *App, g *global) *cobra.Command {
	var e settingsEdit
	var f partnerFlags
	cmd := &cobra.Command{
		Use: "set ID", Short: "change what is kept of a partner", Args: needs(1, 1, "the name of the partner"),
		Example: "  entente partner set jpn --until 2027-06-30 --why 'agreement prolonged' --node est\n  entente partner set jpn --ca japan-new-ca.pem --node est",
	}
	e.flags(cmd)
	f.flags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return e.run(app, g, "partner "+args[0]+" changed", "The partner "+args[0]+" is changed.", func(s *partner.Settings) error {
			p := s.Partner(args[0])
			if p == nil {
				return noSuch("partner", args[0], "entente partner list shows them")
			}
			return f.apply(cmd, p)
		})
	}
	return cmd
}

func newPartnerSwitchCommand(app *App, g *global, verb, about string, off bool) *cobra.Command {
	var e settingsEdit
	cmd := &cobra.Command{
		Use: verb + " ID", Short: about, Args: needs(1, 1, "the name of the partner"),
		Example: "  entente partner " + verb + " jpn --why 'talks with the partner' --node est",
	}
	if off {
		cmd.Long = "Suspend lets a partner in no more, whatever it shows, and sends it nothing. It says\nwhat the partner has got already: that stays with the partner."
	}
	e.flags(cmd)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		done := map[bool]string{true: "suspended", false: "no longer suspended"}[off]
		return e.run(app, g, "partner "+args[0]+" "+done, "The partner "+args[0]+" is "+done+".", func(s *partner.Settings) error {
			p := s.Partner(args[0])
			if p == nil {
				return noSuch("partner", args[0], "entente partner list shows them")
			}
			p.Suspended = off
			return nil
		})
	}
	return cmd
}

func newPartnerRemoveCommand(app *App, g *global) *cobra.Command {
	var e settingsEdit
	cmd := &cobra.Command{
		Use: "remove ID", Short: "remove a partner, its memberships and its credentials", Args: needs(1, 1, "the name of the partner"),
		Example: "  entente partner remove jpn --dry-run --node est",
		Long:    "Remove takes a partner out of everything. The history, the log and what it got stay\nknown. To stop for a while, suspend it instead.",
	}
	e.flags(cmd)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		id := args[0]
		err := e.run(app, g, "partner "+id+" removed", "The partner "+id+" is removed.", func(s *partner.Settings) error { return s.RemovePartner(id) })
		if err != nil || e.dry {
			return err
		}
		// A later partner of the same name must not be let in by what this one had.
		return g.withNode(e.dir, func(ctx context.Context, n *node.Node) error {
			list, err := n.Book.Credentials(ctx, id)
			if err != nil {
				return err
			}
			for _, c := range list {
				if !c.Revoked.IsZero() {
					continue
				}
				if _, err := n.Book.Revoke(ctx, g.who(), c.ID); err != nil {
					return err
				}
			}
			return partner.WriteOutgoing(n.Dir, id, "")
		})
	}
	return cmd
}

func newPartnerListCommand(app *App, g *global) *cobra.Command {
	var dir string
	cmd := &cobra.Command{Use: "list", Short: "list the partners", Example: "  entente partner list --node est", Args: needs(0, 0, "no arguments")}
	nodeFlag(cmd, &dir)
	cmd.RunE = func(*cobra.Command, []string) error {
		return g.withSettings(app, dir, func(_ context.Context, _ *node.Node, r partner.Revision) error {
			if len(r.Partners) == 0 {
				_, err := fmt.Fprintln(app.Stdout, "There is no partner yet: entente partner add makes one.")
				return closedPipe(err)
			}
			for i := range r.Partners {
				p := &r.Partners[i]
				if _, err := fmt.Fprintf(app.Stdout, "%-20s %-28s %s\n", clean(p.ID), clean(p.Name), partnerState(p, time.Now())); err != nil {
					return closedPipe(err)
				}
			}
			return nil
		})
	}
	return cmd
}

func partnerState(p *partner.Partner, now time.Time) string {
	switch {
	case p.Suspended:
		return "suspended"
	case !p.Until.IsZero() && !now.Before(p.Until):
		return "ended " + p.Until.UTC().Format(time.DateOnly)
	case !p.Until.IsZero():
		return "until " + p.Until.UTC().Format(time.DateOnly)
	}
	return "open"
}
