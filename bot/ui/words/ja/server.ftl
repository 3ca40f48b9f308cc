server-help = このサーバーでの Riko の動き
server-settings-help = このサーバーでの Riko の動きを見て、変えられます（自分だけに見えます）
server-command-off = { $command } は、このサーバーではオフになっています。サーバーを管理できる人が `/{ command-server } { command-server-settings }` でオンにできます。
server-not-allowed = このサーバーでの Riko の動きを変えられるのは、サーバーを管理できる人だけです。その人に頼んでみてください。
server-only-here = Riko がメンバーになっているサーバーでだけ設定できます。

server-title = このサーバーでの Riko
server-intro = 何も設定しなくても大丈夫です。変えたいところだけ変えてください。
server-fact = **{ $name }：** { $value }
server-none = なし

server-part-answers = 答え方
server-part-lists = リスト
server-part-digest = まとめとコマンド

server-private = まだ選んでいない人への答え
server-private-private = 本人だけに見えます
server-private-public = みんなに見えます

server-language = みんなに見える答えの言語
server-language-own = それぞれの人の言語
server-language-en = English（英語）
server-language-ja = 日本語

server-adult = 成人向け作品
server-adult-allow = 年齢制限チャンネルでだけ出します
server-adult-never = 出しません

server-votes = リストに載るのに必要な票数
server-votes-least = { $count }票以上

server-genres = 出さないジャンル
server-genres-help = 出さないジャンル：{ $first }～{ $last }

server-commands = オフのコマンド
server-commands-help = オフにするコマンド

server-digest = 週に一度のまとめ
server-digest-help = 週に一度のまとめを送るチャンネル
server-digest-where = 毎週月曜日、{ $channel }
server-digest-channel-gone = チャンネルがなくなったため、止まっています。ほかのチャンネルを選んでください。
server-digest-not-allowed = 画像やリストを送れなくなったため、止まっています。権限を確かめてから、もう一度チャンネルを選んでください。
server-digest-lacks = { $channel } には送れません。「{ $permission }」の権限が足りません。何も変えていません。

permission-view-channel = チャンネルを見る
permission-send-messages = メッセージを送信
permission-embed-links = 埋め込みリンク
permission-attach-files = ファイルを添付

server-reset = 最初の状態に戻す
server-reset-question = このサーバーの設定をすべて消しますか？
server-reset-yes = はい、消します
server-reset-no = いいえ、残します
server-reset-done = すべて最初の状態に戻しました。

digest-title = { $server }の先週
digest-new = ここで好かれている作品に新しく入ったもの
digest-rated = 先週たくさん評価された作品
digest-rated-row = 評価{ $count }件
digest-party = みんなで何を見ますか？ { $command } で探せます。
digest-top = ここで好かれている作品は { $command } で見られます。
