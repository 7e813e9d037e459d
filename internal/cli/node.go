package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"

	"github.com/spf13/cobra"

	"entente"
	"entente/corpora"
	"entente/internal/datapackage"
	"entente/internal/exchange/node"
	"entente/internal/exchange/partner"
	"entente/internal/ledger"
)

func newNodeCommand(app *App, g *global) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "node",
		Short: "a node of the exchange: make it, serve it, look at it",
		Long: `A node shares records with partners over TAXII 2.1 and keeps a log of what was
shared, signed and cosigned. It is a folder with its keys, and a store.`,
		Example: "  entente node init /srv/exchange --actor est --name exchange.mfa.example --listen 0.0.0.0:8441\n  entente node serve /srv/exchange\n  entente node trial trial",
		Args:    noSuchCommand,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	under(cmd, "Nodes:", newNodeInitCommand(app, g), newNodeServeCommand(app, g), newNodeStatusCommand(app, g), newNodeKeyCommand(app, g), newNodeExportCommand(app, g),
		newNodeSettleCommand(app, g), newNodeRenewCommand(app, g), newNodeTrialCommand(app, g))
	return cmd
}

func newNodeInitCommand(app *App, g *global) *cobra.Command {
	var o node.InitOptions
	var actor string
	cmd := &cobra.Command{
		Use:   "init DIR",
		Short: "make a node: keys, certificates, a log, and a store unless --db names one",
		Long: `Init makes a node in a new folder: the key of its log, an authority of its own with
certificates for its server and for itself as a client, and its log in the store.
It shares nothing until partners, a community and a collection are set. With --db
it works on a workbench that is there; without it a new one is made from the corpus
that comes with the program, or from --corpus DIR.

Keep the folder as safe as the key of a seal: whoever has it can sign in your name.`,
		Example: "  entente node init /srv/exchange --actor est --name exchange.mfa.example --listen 0.0.0.0:8441\n  entente node init exchange --actor jpn --db postgres://entente@localhost/entente",
		Args:    needs(1, 1, "the folder to make"),
	}
	f := cmd.Flags()
	f.StringVar(&actor, "actor", "", "the `actor` for whom the node speaks, such as est")
	f.StringVar(&o.Title, "title", "", "the node's `name` for people")
	f.StringVar(&o.Listen, "listen", node.DefaultListen, "listen for partners at this `host:port`")
	f.StringSliceVar(&o.Names, "name", nil, "partners reach the node under this host `name` or address; the first is the one it tells them (repeat, or part with commas)")
	f.StringVar(&o.Origin, "origin", "", "the `name` of the log, for ever; without it NAME/ACTOR")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if actor == "" {
			return invalid("--actor", "it is not said for whom the node speaks", "for example --actor est")
		}
		o.Actor, o.Who, o.Place = entente.ActorID(actor), g.who(), g.db
		if o.Place == "" {
			o.Place = g.getenv("ENTENTE_DB")
		}
		if o.Place == "" {
			var err error
			if o.Corpus, err = g.first(false); err != nil {
				return err
			}
		}
		if err := node.Init(g.ctx, args[0], o); err != nil {
			return err
		}
		n, err := g.openAlone(args[0])
		if err != nil {
			return err
		}
		defer func() { _ = n.Close() }() // nothing was written
		_, err = fmt.Fprintf(app.Stdout, "A new node with the log %s in %s.\nIts public key: %s\nNext: entente partner introduce, entente partner add, entente node serve %s\n",
			clean(n.Log.Origin()), clean(args[0]), clean(n.Key.Public()), clean(args[0]))
		return closedPipe(err)
	}
	return cmd
}

// openAlone opens a node where --db may have named its store.
func (g *global) openAlone(dir string) (*node.Node, error) {
	return node.Open(g.ctx, dir, node.Options{})
}

func newNodeServeCommand(app *App, g *global) *cobra.Command {
	var o node.ServeOptions
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "serve DIR...",
		Short: "serve partners over HTTPS: TAXII 2.1 and the proofs",
		Long: `Serve answers partners until it is stopped (Ctrl-C); requests under way are finished
first. It shows nothing to anybody without a credential or certificate. The pages
for one's own people are another listener: entente serve --node DIR gives both.`,
		Example: "  entente node serve /srv/exchange\n  entente node serve trial/estonia trial/japan",
		Args:    needs(1, -1, "the folder of a node"),
	}
	f := cmd.Flags()
	f.StringVar(&o.Addr, "listen", "", "listen at this `host:port` instead of what the node's file says; port 0 takes a free one")
	f.BoolVar(&o.Plain, "plain", false, "without TLS, on this machine only: for tests, or behind a proxy here that holds the certificate")
	f.IntVar(&o.PerMinute, "per-minute", 0, "at most so many requests a minute for each partner; 0 is the default")
	f.BoolVar(&asJSON, "log-json", false, "log lines of JSON")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if o.Addr != "" && len(args) > 1 {
			return invalid("--listen", "several nodes cannot listen at one address", "leave it out, or serve one node")
		}
		g.frugal()
		o.Stdout = app.Stdout
		ctx, cancel := context.WithCancel(g.ctx)
		defer cancel()
		var nodes []*node.Node
		defer func() {
			for _, n := range nodes {
				_ = n.Close() // what was written was committed
			}
		}()
		for _, dir := range args {
			n, err := g.openNodeWith(dir, node.Options{Logger: lines(app, asJSON)})
			if err != nil {
				return err
			}
			nodes = append(nodes, n)
		}
		errs := make([]error, len(nodes))
		var wait sync.WaitGroup
		for i, n := range nodes {
			wait.Go(func() {
				errs[i] = n.Serve(ctx, o)
				cancel() // one that stops takes the others with it
			})
		}
		wait.Wait()
		return errors.Join(errs...)
	}
	return cmd
}

func newNodeKeyCommand(app *App, g *global) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use: "key", Short: "print the public key of the node's log", Example: "  entente node key --node /srv/exchange", Args: needs(0, 0, "no arguments"),
	}
	nodeFlag(cmd, &dir)
	cmd.RunE = func(*cobra.Command, []string) error {
		n, err := g.openNode(dir)
		if err != nil {
			return err
		}
		defer func() { _ = n.Close() }() // nothing was written
		_, err = fmt.Fprintln(app.Stdout, clean(n.Key.Public()))
		return closedPipe(err)
	}
	return cmd
}

func newNodeExportCommand(app *App, g *global) *cobra.Command {
	var whom, from, dir string
	cmd := &cobra.Command{
		Use:   "export OUT --node DIR (--for PARTNER | --from PARTNER)",
		Short: "write the folder by which a partner can check what the log says",
		Long: `Export writes OUT, a new folder of checkpoints, leaves, receipts and objects of the
node that --node names; it signs the log first. With --for PARTNER it opens what
concerns that partner, and nothing else; with --for '*' everything, for an auditor
of the node. With --from PARTNER it writes instead what proves what that partner
handed to this node: its proofs, the receipts for them, and what was seen of its
log. entente verify, or the program entente-verify alone, checks either without a
network.`,
		Example: "  entente node export est-for-jpn --for japan --node trial/estonia\n  entente node export from-est --from estonia --node trial/japan",
		Args:    needs(1, 1, "the folder to make"),
	}
	nodeFlag(cmd, &dir)
	cmd.Flags().StringVar(&whom, "for", "", "the `partner` whom the folder is for, or *")
	cmd.Flags().StringVar(&from, "from", "", "the `partner` whose deliveries it proves")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if (whom == "") == (from == "") {
			return invalid("--for", "it is not said whom the folder is for, or from whom", "--for PARTNER, --for '*' for an auditor who may see everything, or --from PARTNER")
		}
		n, err := g.openNode(dir)
		if err != nil {
			return err
		}
		defer func() { _ = n.Close() }() // what was written was committed
		bar := newBar(app, "leaves")
		var c *ledger.Contents
		if from != "" {
			c, err = n.ExportEvidence(g.ctx, args[0], from)
		} else {
			c, err = n.Export(g.ctx, args[0], whom, bar.show)
		}
		bar.clear()
		if err != nil {
			return err
		}
		what := fmt.Sprintf("%d leaves", c.Size)
		if from != "" {
			what = "what it handed over"
		}
		_, err = fmt.Fprintf(app.Stdout, "%s: of the log %s %s, in %d files, for %s\nCheck it with: entente verify %s --key KEYS\n",
			clean(args[0]), clean(c.Log), what, len(c.Files), clean(c.For), clean(args[0]))
		return closedPipe(err)
	}
	return cmd
}

func newNodeSettleCommand(app *App, g *global) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "settle PARTNER",
		Short: "set aside the evidence against a partner's log, so that it is cosigned again",
		Long: `Once a partner's log has told two histories, or lost leaves, this node cosigns it no
more and every sync says so. Settle sets the finding aside when a person knows what
was behind it, such as a restored backup. The signed notes stay in the store.`,
		Example: "  entente node settle japan --node trial/estonia",
		Args:    needs(1, 1, "the partner"),
	}
	nodeFlag(cmd, &dir)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		n, err := g.openNodeWith(dir, node.Options{Logger: lines(app, false)})
		if err != nil {
			return err
		}
		defer func() { _ = n.Close() }() // what was written was committed
		if err := n.Settle(g.ctx, args[0]); err != nil {
			return err
		}
		_, err = fmt.Fprintf(app.Stdout, "the next sync with %s looks at its log anew\n", clean(args[0]))
		return closedPipe(err)
	}
	return cmd
}

func newNodeRenewCommand(app *App, g *global) *cobra.Command {
	var dir string
	var force, prepare, change, drop bool
	cmd := &cobra.Command{
		Use:   "renew",
		Short: "renew the node's certificates when they are due, or replace its authority",
		Long: `Renew makes new certificates for the server and the client out of the node's own
authority when a third of their life is left. A server that runs takes them by itself,
and partners need to do nothing.

The authority itself is replaced in three steps: --new-authority prepares the new one
and puts it into the introduction beside the old one; when every partner has taken over
the new introduction, --switch makes certificates from it; --drop-old takes the old one
out of the introduction.`,
		Example: "  entente node renew --node /srv/exchange\n  entente node renew --new-authority --node /srv/exchange",
		Args:    needs(0, 0, "no arguments"),
	}
	nodeFlag(cmd, &dir)
	cmd.Flags().BoolVar(&force, "force", false, "also when they are not due yet")
	cmd.Flags().BoolVar(&prepare, "new-authority", false, "prepare a new authority; partners need the new introduction next")
	cmd.Flags().BoolVar(&change, "switch", false, "go over to the authority that was prepared")
	cmd.Flags().BoolVar(&drop, "drop-old", false, "leave only the authority in use in the introduction")
	cmd.MarkFlagsMutuallyExclusive("force", "new-authority", "switch", "drop-old")
	cmd.RunE = func(*cobra.Command, []string) error {
		n, err := g.openNode(dir)
		if err != nil {
			return err
		}
		defer func() { _ = n.Close() }() // nothing was written into the store
		what, done := "nothing is due yet", false
		switch o := (partner.KeyOptions{}); {
		case prepare:
			what, err = "a new authority is prepared: give partners the new introduction (entente partner introduce), then --switch", partner.PrepareAuthority(n.Dir, o)
		case change:
			what, err = "the certificates are of the new authority", partner.SwitchAuthority(n.Dir, o)
		case drop:
			what, err = "only the authority in use is in the introduction", partner.DropOldAuthorities(n.Dir)
		default:
			if done, err = partner.RenewKeys(n.Dir, o, force); done {
				what = "the certificates are new"
			}
		}
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(app.Stdout, what)
		return closedPipe(err)
	}
	return cmd
}

func newNodeTrialCommand(app *App, g *global) *cobra.Command {
	var port int
	cmd := &cobra.Command{
		Use:   "trial DIR",
		Short: "make two paired nodes on this machine, to try the exchange with",
		Long: `Trial makes DIR/estonia and DIR/japan: two nodes with the corpus that comes with the
program, which know each other, with two collections each; in Estonia's store a
statement that was never made; and DIR/incident.json, a report of an incident that
never happened. All of it is for trying out; neither state has anything to do with it.`,
		Example: "  entente node trial trial",
		Args:    needs(1, 1, "the folder to make"),
	}
	cmd.Flags().IntVar(&port, "port", 8441, "the nodes listen at this port and the next; 0 takes two free ones")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		ports := [2]int{port, port + 1}
		if port == 0 {
			var err error
			if ports, err = freePorts(g.ctx); err != nil {
				return err
			}
		}
		if port < 0 || port > 65534 {
			return invalid("--port", fmt.Sprintf("%d is no port with one behind it", port), "1 to 65534, or 0")
		}
		c, err := datapackage.Read(corpora.CyberNorms())
		if err != nil {
			return err
		}
		t, err := node.Trial(g.ctx, args[0], node.TrialOptions{Corpus: c, Ports: ports})
		if err != nil {
			return err
		}
		_, err = fmt.Fprint(app.Stdout, t.Walk())
		return closedPipe(err)
	}
	return cmd
}

// freePorts finds two ports that nobody listens at now.
func freePorts(ctx context.Context) (out [2]int, err error) {
	var lc net.ListenConfig
	for i := range out {
		l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return out, &entente.Error{Kind: entente.Unavailable, Op: "node trial", Msg: "no port is free", Err: err}
		}
		defer func() { _ = l.Close() }() // only looked for
		if a, ok := l.Addr().(*net.TCPAddr); ok {
			out[i] = a.Port
		}
	}
	return out, nil
}
