package desk

import (
	"net/http"
	"time"

	"entente/internal/auth"
	"entente/internal/exchange/partner"
)

var exchangeCredentialRoutes = []Route{
	{Method: http.MethodPost, Pattern: "/desk/exchange/partners/{id}/credentials", Action: auth.ExchangeManage, Examples: []string{"/desk/exchange/partners/nobody/credentials"}, Do: exchanging(makeCredential)},
	{Method: http.MethodPost, Pattern: "/desk/exchange/partners/{id}/credentials/{credential}/revoke", Action: auth.ExchangeManage, Examples: []string{"/desk/exchange/partners/nobody/credentials/none/revoke"}, Do: exchanging(revokeCredential)},
}

// partnerAccess is by what a partner proves who it is.
type partnerAccess struct {
	Credentials []credentialRow
	Token       *Form
	TokenFields []Field
	Secret      string
	Made        string
}

// credentialRow is one credential.
type credentialRow struct {
	partner.Credential
	Word   string // its kind
	Ended  bool
	Revoke string // where the form goes
}

// credentialKinds are what can be made on the page.
var credentialKinds = []partner.Kind{partner.Token, partner.Password}

// defaultLife is how long a credential holds unless it is said otherwise.
const defaultLife = 180 * 24 * time.Hour

func (c *Call) access(n *exchangeNode, id string, forms partnerForms) (partnerAccess, error) {
	a := partnerAccess{Token: forms.Token, Secret: forms.Secret, Made: forms.Made}
	if a.Token == nil {
		a.Token = c.NewForm("expires", dayOf(c.Desk.now().Add(defaultLife)), "kind", string(partner.Token))
	}
	list, err := n.Book.Credentials(c.Context(), id)
	if err != nil {
		return a, err
	}
	for _, k := range list {
		row := credentialRow{Credential: k, Word: c.T.Label("exchange-credential", string(k.Kind)), Revoke: partnerHref(id) + "/credentials/" + k.ID + "/revoke"}
		row.Ended = !k.Expires.IsZero() && !c.Desk.now().Before(k.Expires)
		a.Credentials = append(a.Credentials, row)
	}
	a.TokenFields = a.Token.Fields(
		Field{Name: "kind", Label: c.T.T("exchange.credential.kind"), Kind: "select", Required: true, Options: OptionsOf(c, "exchange-credential", credentialKinds)},
		Field{Name: "label", Label: c.T.T("exchange.credential.name"), Required: true, Most: 100, Auto: "off", Hint: c.T.T("exchange.credential.name.hint")},
		Field{Name: "expires", Label: c.T.T("exchange.credential.expires"), Kind: "date", Required: true, Hint: c.T.T("exchange.credential.expires.hint")},
	)
	return a, nil
}

// makeCredential makes a token or a password. The secret is in this one answer
// and nowhere else.
func makeCredential(c *Call, n *exchangeNode) error {
	_, p, err := c.findPartner(n)
	if err != nil {
		return err
	}
	f, err := c.Form()
	if err != nil {
		return err
	}
	kind, name, until := Choice(f, "kind", credentialKinds), f.Needed("label", 100), f.Day("expires")
	if kind == "" {
		f.Fault("kind", "needed")
	}
	if until.IsZero() {
		f.Fault("expires", "needed")
	}
	if !f.OK() {
		return c.partner(n, partnerForms{Token: f}, http.StatusBadRequest)
	}
	until = until.Add(24*time.Hour - time.Second) // that day counts
	var secret string
	if kind == partner.Token {
		secret, _, err = n.Book.NewToken(c.Context(), c.User.Name, p.ID, name, until)
	} else {
		secret, _, err = n.Book.NewPassword(c.Context(), c.User.Name, p.ID, name, "", until)
	}
	if err != nil {
		status := auth.StatusOf(err)
		if err := f.Refuse(err, "expires"); err != nil {
			return err
		}
		return c.partner(n, partnerForms{Token: f}, status)
	}
	if err := c.managed("partner "+p.ID, "made a "+string(kind)); err != nil {
		return err
	}
	return c.partner(n, partnerForms{Secret: secret, Made: name}, http.StatusOK)
}

func revokeCredential(c *Call, n *exchangeNode) error {
	_, p, err := c.findPartner(n)
	if err != nil {
		return err
	}
	list, err := n.Book.Credentials(c.Context(), p.ID)
	if err != nil {
		return err
	}
	for _, k := range list {
		if k.ID != c.Path("credential") {
			continue
		}
		if _, err := n.Book.Revoke(c.Context(), c.User.Name, k.ID); err != nil {
			return err
		}
		if err := c.managed("partner "+p.ID, "revoked a "+string(k.Kind)); err != nil {
			return err
		}
		return c.Done(partnerHref(p.ID), "exchange.credential-revoked", "name", k.Name)
	}
	return Bad("credential", "the partner has no such credential", "load the page again")
}
