# 保管庫のセキュリティキー: 差し込みと、鍵が尋ねること。

key-plugged-in = このPCはいまセキュリティキーです。Ctrl-C で抜けます。
key-in-the-reader = このPCのセキュリティキーは、いま仮想スマートカードリーダーに入っています。Ctrl-C で取り出します。
key-awaits-the-reader = 仮想スマートカードリーダーがまだありません。パッケージ vsmartcard-vpcd を入れ、pcscd が動くと現れます。そのとき鍵は自動で入ります。やめるときは Ctrl-C です。
key-this-pc-is-the-key = このPCが鍵です。壊れたときは、まず復元してください。保管庫のバックアップとパスフレーズ（または復元の言葉）があればパスキーは戻りますが、それまではどこにもサインインできません。バックアップを作り、大切なサービスには予備の鍵も登録してください。
key-wink = どの鍵かと尋ねられています。この鍵です。
key-ask-touch = { $what } 許可しますか。
key-ask-reset-hard = プログラムが、この鍵のすべてのパスキーとPINと設定を消そうとしています。PINと設定のほかは、30日以内なら「kagifuda undo」で戻せます。許可しますか。
key-ask-again-soon = まだ何も消していません。一度の「はい」では消えません。5秒後にもう一度たずねます。
key-ask-unlock = { $what } 保管庫が閉じています。別の端末で「kagifuda unlock」を使って開けてください。
key-ask-over = 要求は終わりました。
key-notice-use = このPCのセキュリティキーを使いますか
key-notice-locked = 保管庫が閉じています
key-notice-reset = このPCの鍵の中身をすべて消しますか
key-notice-allow = 許可
key-notice-deny = 拒否
key-notice-erase = すべて消す
key-asks-at-the-desktop = 質問はデスクトップの通知にも出ます。
key-recognises-fingers = この鍵は、PINの代わりに、このPCの指紋リーダーで本人を見分けます。
key-recognises-passphrase = この鍵は、PINの代わりに、ここで入力する保管庫のパスフレーズで本人を見分けます。
key-ask-finger = 許可するには、このPCの指紋リーダーに指を当ててください。拒否するには n と Enter。
key-ask-passphrase = 許可するには、「保管庫」のパスフレーズを入力してください（鍵のPINでも、PCのパスワードでもありません）。Enterだけなら拒否:
key-notice-finger = 指紋リーダーに指を当てますか
key-notice-passphrase = 保管庫のパスフレーズを「kagifuda key run」の端末で入力しますか
key-finger-again = 指を読み取れませんでした。もう一度どうぞ。
key-finger-longer = なぞる距離が足りません。端から端まで、もう一度どうぞ。
key-finger-centred = 指が中央から外れています。もう一度どうぞ。
key-finger-lifted = いったん指を離して、もう一度当ててください。
key-finger-unknown = 登録された指ではありません。あと{ $left }回試せます。
key-passphrase-wrong = 保管庫のパスフレーズではありません。あと{ $left }回試せます。
key-recognised-nobody = 本人と確認できませんでした。PINが設定されていれば、プログラムが鍵のPINを尋ねることがあります。
key-about-select = どの鍵を使うかをプログラムが尋ねています。
key-about-register = { $site } が { $account } 用にこの鍵を登録しようとしています。
key-about-excluded = { $site } がこの鍵を登録しようとしていますが、すでに登録されています。
key-about-sign-in-as = { $site } に { $account } としてサインインしようとしています。
key-about-sign-in = { $site } にサインインしようとしています。
key-about-sign-in-among = { $site } に、{ $count }個のアカウントのどれかでサインインしようとしています。
key-about-sign-in-unnamed = { $site } に、サイトの知っているアカウントでサインインしようとしています。
key-about-sign-in-next = サインイン中のサイトが、次のアカウントを見ようとしています。
key-about-u2f-register = あるサイトがこの鍵を登録しようとしています（U2Fのため、鍵からはサイト名が見えません）。
key-about-u2f-sign-in = あるサイトにサインインしようとしています（U2Fのため、鍵からはサイト名が見えません）。
key-about-token = プログラムが、あなた本人かどうかを確かめようとしています。
key-about-token-at = { $site } が、あなた本人かどうかを確かめようとしています。
key-about-manage = プログラムがこの鍵のパスキーを管理しようとしています。
key-about-large-blobs = サイトがこの鍵に預けているもの (large blob) を、プログラムが読み書きしようとしています。
key-about-reset = プログラムが、この鍵のすべてのパスキーとPINと設定を消そうとしています。PINと設定のほかは、30日以内なら「kagifuda undo」で戻せます。

# 差し込まれている鍵。どこの製品でも。

key-touch-it = 鍵が待っています。いま触れてください。
key-winked = { $name } が、点滅などで自分を示しています。
key-list-plugged-in = 差し込まれている鍵
key-list-in-vault = 保管庫にある鍵
key-list-entered = { $name } を保管庫の鍵の一覧に加えました。保管場所は「kagifuda key edit」で書けます。一覧から外すには「kagifuda key remove」を使います。
key-list-forbidden = 使う権限がありません。「kagifuda key info」で理由が見られます
key-list-no-node = 届きません
key-head-device = デバイス
key-head-serial = シリアル番号
key-info-usb = USB の番号
key-info-model = 機種 (AAGUID)
key-info-versions = 版
key-info-pin = PIN の状態
key-info-pin-never = なし。この鍵では設定できません
key-info-pin-unset = まだなし。{ $least } 文字以上
key-info-pin-set = 設定済み。あと { $left } 回試せます
key-info-pin-must-change = 設定済み。何よりも先に変更が必要。あと { $left } 回試せます
key-info-pin-replug = 続けて間違えたため、差し直しが必要
key-info-pin-blocked = 完全に使えません。リセットだけが有効
key-info-uv = 本人を見分ける
key-info-uv-taught = はい
key-info-uv-untaught = できますが、まだ教えていません
key-info-always-uv = いつも本人確認を求める
key-info-room = パスキーの空き (目安)
key-info-blobs = データの空き
key-info-bytes = { $count } バイト
key-info-reset = リセットの仕方
key-info-reset-usual = 差し込んでから数秒の間に、触れて
key-info-reset-long = 長く触れて
key-info-extensions = 拡張
key-info-algorithms = アルゴリズム
key-info-transports = 届き方
key-info-firmware = ファームウェア
key-ask-pin = 鍵 { $name } のPIN（PCのPINではなく、鍵のPIN）:
key-ask-new-pin = 鍵 { $name } の新しいPIN（PCのPINではありません。{ $least }文字以上、英字も使えます）:
key-ask-pin-again = 鍵の新しいPINをもう一度（PCのPINではありません）:
key-wrong-pin-again = { $left ->
        [one] PINが違います（PCのPINではなく、鍵のPINです）。試せるのはあと【1回】です。その後はリセットしかなく、リセットすると鍵の中身はすべて消えます。Ctrl-C でやめます。
       *[other] PINが違います（PCのPINではなく、鍵のPINです）。あと{ $left }回試せます。その後はリセットしかありません。Ctrl-C でやめます。
    }
key-not-recognised = 鍵はあなたを認識できませんでした。
key-pin-made = { $name } にPINを付けました。忘れると読むことも付け直すこともできず、鍵の中身がすべて消えるリセットしかありません。
key-pin-changed = { $name } のPINを変更しました。
key-pin-forced = { $name } は、ほかの何よりも先に新しいPINを求めます。
key-head-site = サイト
key-head-person = 人の名前
key-head-id = 番号
key-head-bytes = バイト
key-passkeys-room = { $count ->
        [0] この鍵にパスキーはありません。あと約{ $room }件入ります。二つ目の要素としてだけ登録したサイトは、どの鍵でも一覧に出ません。
       *[other] この鍵にパスキーが{ $count }件あります。あと約{ $room }件入ります。
    }
key-passkey-renamed = パスキー { $name } のアカウント名を鍵の中で変えました。
key-passkey-ask-delete = この鍵では { $name } としてサインインできなくなります。ほかに入る方法がなければ締め出されます。パスキーを消しますか。
key-passkey-deleted = パスキー { $name } を消しました。求められないよう、サイトの側でも外してください。
key-bio-head-fingers = 指
key-bio-some = 少なくとも1本を覚えています
key-bio-none = まだ覚えていません。「kagifuda key bio add」で覚えさせます
key-bio-head-kind = センサー
key-bio-kind-touch = 触れる方式
key-bio-kind-swipe = なぞる方式
key-bio-kind-unsaid = 方式は不明です
key-bio-head-samples = 読み取りの回数
key-bio-head-name-bytes = 指の名前の最大
key-bio-head-tries = 指で試せる残り回数
key-bio-count = { $count ->
        [0] この鍵はまだ指を覚えていません。「kagifuda key bio add」で覚えさせます。
       *[other] この鍵は指を{ $count }本覚えています。
    }
key-bio-begin-touch = 鍵のセンサーに指で触れ、離して、また触れてください。毎回少しずつ当て方を変えます。Ctrl-C でやめると、鍵には何も残りません。
key-bio-begin-swipe = 鍵のセンサーを指で何度かなぞってください。Ctrl-C でやめると、鍵には何も残りません。
key-bio-again = { $what }もう一度触れてください（あと{ $left }回）。
key-bio-good = 読み取りました。
key-bio-too-high = 上すぎます。指を少し下げてください。
key-bio-too-low = 下すぎます。指を少し上げてください。
key-bio-too-left = 左に寄りすぎです。指を右へずらしてください。
key-bio-too-right = 右に寄りすぎです。指を左へずらしてください。
key-bio-too-fast = 速すぎます。ゆっくり動かしてください。
key-bio-too-slow = 遅すぎます。もう少し速く動かしてください。
key-bio-poor = 像が不鮮明です。指とセンサーを乾いた布で拭いてください。
key-bio-skewed = 傾いています。指をまっすぐ当ててください。
key-bio-too-short = 短すぎます。指先全体を、もう少し長く当ててください。
key-bio-merge-failure = これまでの読み取りと合いません。同じ指を使ってください。
key-bio-exists = この指はもう覚えています。別の指を使ってください。
key-bio-no-activity = センサーに触れられませんでした。
key-bio-not-lifted = 指が離れていません。いったん離してください。
key-bio-unusable = この読み取りは使えませんでした。
key-bio-added = { $count ->
        [1] { $name } がこの指を覚えました。最初の1本です。指が認識されないときのために、PINは残ります。
       *[other] { $name } がこの指を覚えました。全部で{ $count }本です。指が認識されないときのために、PINは残ります。
    }
key-bio-named = 名前は { $name } です。
key-bio-name-it = 「kagifuda key bio rename { $id } --name "右の親指"」で名前を付けられます。
key-bio-nameless = 鍵は指を覚えましたが、名前は受け付けませんでした。「kagifuda key bio rename { $id } --name 名前」でもう一度試せます。
key-bio-not-cancelled = 途中の指を忘れたと、鍵が確かめられませんでした。いったん抜いて差し直せば消えます。覚えている指は「kagifuda key bio list」で見られます。
key-bio-renamed = { $old } の名前を、鍵の中で { $name } にしました。
key-bio-ask-delete = 鍵は { $name } ではあなたを認識しなくなります。ほかの指とPINは残ります。この指を消しますか。
key-bio-ask-delete-last = { $name } は、この鍵が覚えている最後の指です。消すと、これまで指で済んだところで毎回PINを求めます。PINを覚えていることを確かめてください。PINとパスキーは残ります。この指を消しますか。
key-bio-deleted = { $count ->
        [0] 鍵は { $name } を忘れました。覚えている指はもうなく、代わりにPINを求めます。
       *[other] 鍵は { $name } を忘れました。覚えている指はあと{ $count }本です。
    }
key-blobs-room = { $most }バイト中、{ $used }バイトを使っています。
key-blobs-ask-damaged = この鍵のデータの置き場は壊れていて、誰にも読めません。新しく始めますか。
key-blob-set = パスキー { $name } に新しいデータを付けました。
key-blob-ask-remove = パスキー { $name } のデータは失われます。消しますか。
key-blob-removed = パスキー { $name } のデータを消しました。
key-config-already = すでにその設定です。
key-config-done = 設定を変えました。
key-config-ask-min-pin = PINは{ $least }文字以上になり、それより短いPINはまず変更が必要になります。戻すにはリセットしかありません。続けますか。
key-config-ask-long-touch = リセットに長く触れることが必要になります。戻すにはリセットしかありません。続けますか。
key-config-ask-enterprise = 鍵の中の一覧にあるサイトが、どの個体かを知るようになります。戻すにはリセットしかありません。続けますか。
key-reset-loses = リセットすると、{ $name } はPIN、すべてのパスキー、二つ目の要素として登録したすべてのサイトを忘れます。買った鍵では、誰にも元に戻せません。先に、それぞれに別の方法でサインインできることを確かめてください。
key-reset-pin-names = 鍵のPINがあれば、どのパスキーがあるかを示せます。なければ Enter を押してください。
key-reset-no-passkeys = この鍵にパスキーはありません。二つ目の要素としてだけ登録したサイトは、どの鍵でも一覧に出ません。
key-reset-loses-passkey = 失われます: { $name }
key-reset-ask = { $name } をリセットしますか。
key-reset-pull-out = いま鍵を抜いてください。（このPCが鍵の場合は、そのプロセスに「kill -HUP」を送るか、「kagifuda key run」を終えてまた始めてください。）
key-reset-plug-in = もう一度差し込んでください。
key-reset-done = { $name } は新品の状態です。サイトに登録し直してください。
