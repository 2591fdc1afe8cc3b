"""Domains of mail that everybody may have: they name no company. Pure."""

_NAMES = """
126.com 163.com 9online.fr aliceadsl.fr aol.com aol.fr bbox.fr bluewin.ch cegetel.net
club-internet.fr fastmail.com free.fr freenet.de gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.fr
gmx.net googlemail.com hey.com hotmail.be hotmail.co.uk hotmail.com hotmail.de hotmail.es hotmail.fr
hotmail.it icloud.com laposte.net libero.it libertysurf.fr live.be live.com live.fr live.nl mac.com
mail.com mail.ru me.com msn.com neuf.fr noos.fr numericable.fr orange.fr outlook.be outlook.com
outlook.de outlook.es outlook.fr pm.me posteo.de proton.me protonmail.ch protonmail.com qq.com
sfr.fr skynet.be t-online.de tele2.fr telenet.be tiscali.it tuta.io tutanota.com voila.fr wanadoo.fr
web.de yahoo.be yahoo.co.uk yahoo.com yahoo.de yahoo.es yahoo.fr yahoo.it yandex.com yandex.ru
ymail.com zoho.com
"""

PUBLIC = frozenset(_NAMES.split())
"""Of the providers that people and small companies of our countries write from."""
