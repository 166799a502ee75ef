# 保管庫全体、開け方、履歴、取り込みと書き出し。

vault-init-intro = パスフレーズを1つ決めます。この保管庫だけを開けるもので、だれにも再発行できません。
vault-words-intro = 復元の言葉です。パスフレーズを忘れたとき、これで保管庫を開けられます。紙に書き留め、大切なものと一緒にしまってください。表示するのは今回だけです。
vault-words-skipped = 確かめていません。まだ書き留めていないときは「kagifuda open-with change words」で新しくできます。
vault-made = 保管庫を作りました: { $path }。今は開いています。ほかのアプリのトークンは「kagifuda token import ファイル」で取り込めます。
vault-unlocked = { $minutes ->
       *[other] 保管庫を開けました。{ $minutes } 分使わないと閉じます。
    }
vault-read-only = 読めますが変更できません。理由は「kagifuda status」に出ます。
vault-copy-of-file = このファイルは、この PC が別の場所に置いている保管庫の写しです。これからは別々に変わっていきます。「kagifuda vault merge」で、また一つにできます。
vault-copy-of-machine = この保管庫はほかの機械から写されたもので、これからは別の端末として扱います。別々に変わっていきますが、「kagifuda vault merge」でまた一つにできます。
vault-is-locked = 保管庫を閉じました。
vault-unreadable = この保管庫の記録のうち { $count } 件が壊れていて読めません。そのまま残してありますが、何かが欠けているかもしれません。くわしくは「kagifuda vault verify」で確かめられます。バックアップか別の写しを取り込むと元に戻ります:「kagifuda vault merge ファイル」
vault-merge-locks = この保管庫を今開けている方法は、パソコン「{ $by }」で { $date } に削除されました。
vault-merge-leaves = 取り込むと、開けられるのは次のものだけになります: { $ways }。ほかの方法で開くのは古い写しだけです。
vault-merge-leaves-nothing = 取り込むと、このパソコンの知る方法ではどれも開かなくなります。
vault-merge-question = どなたが削除したかお分かりで、上の開け方のどれかがお手元にありますか。取り込みますか。
vault-merged = 取り込みました。
vault-merged-nothing = 新しいものはありませんでした。
vault-merged-added = 増えた項目
vault-merged-changed = 変わった項目
vault-merged-removed = 削除された項目
vault-merged-damaged = 壊れていて除いた記録
vault-merged-healed = 元に戻った壊れた記録
vault-verified-open = { $records } 件の記録と { $items } 件の項目を読みました。
vault-verified-locked = { $records } 件の記録を読みました。保管庫が閉じているため、項目は読んでいません。
vault-verified-closed = { $count } 件の変更は、別の開け方か新しい鍵札が必要なため、読んでいません。
vault-verified-whole = すべて無事です。
vault-verified-file = ファイルの構造が壊れています。
vault-verified-unreadable = { $count ->
       *[other] { $count } 件の項目が読めません。
    }
vault-head-record = 記録
vault-head-damage = 壊れ方
vault-damage = { $what ->
        [other-vault] 別の保管庫のもの
        [seal] 変えられていて封が開かない
        [signature] 署名が正しくない
        [unknown-device] 知らない PC が書いたもの
        [twin] 同じ名前で中身の違うものがある
        [no-key] 鍵がない
        [newer-format] 新しい鍵札のもの
        [gap] この PC の変更が欠けている
        [fork] この PC の変更に同じ番号のものがある
       *[other] 読めない
    }
vault-backed-up = 保管庫を { $path } に写しました。同じパスフレーズと復元の言葉で開きます。
vault-restore-question = このバックアップを保管庫の場所に戻しますか？
vault-restored = バックアップを戻しました。
vault-restored-kept = そこにあった保管庫は { $path } に残しました。

way-head-id = 番号
way-head-kind = 種類
way-head-label = 名前
way-head-created = 追加した日
way-in-use = 使用中
way-unconfirmed = 未確認
way-last-resort = 削除済み。パスフレーズか言葉を加えるまで残ります
way-still-needed = 削除済み。次の変更まで必要です
way-passphrase = パスフレーズ
way-words = 復元の言葉
way-keyring = キーリング
way-tpm = TPM チップ
way-other = 新しい鍵札のもの
way-made = これからは、それで保管庫を開けられます。
way-unsettled = { $count ->
       *[other] 確かめていただきたい開け方が { $count } つあります:「kagifuda open-with list」
    }
way-confirm-question = この開け方は、{ $date } にご自分で追加したものですか: { $name }。覚えがなければ、認めずに削除してください。
way-confirm-needless = すでに保管庫を開けられます。確かめるものはありません。
way-remove-question = この開け方を削除しますか: { $name }
way-removed = もう、それでは保管庫を開けられません。
way-old-copies = これより前の写しやバックアップは、今までの方法で開けられるままです。

keyring-item = 鍵札: 保管庫 { $path } を開けるもの
keyring-made = これからは、サインイン中でキーリングが開いている間、この PC を使う人はだれでも、何も聞かれずに保管庫を開けられます。パスフレーズと復元の言葉でも、これまでどおり開けられます。それがなければ、この PC と一緒に保管庫も失われます。
keyring-locked = この PC のキーリングが閉じているので、保管庫は開きませんでした。キーリングを開けるか (GNOME では「パスワードと鍵」)、パスフレーズを使ってください。
keyring-not-running = キーリングが動いていないので、それでは保管庫は開きませんでした。パスフレーズを使ってください。デスクトップでは、キーリングを起動してください。
keyring-silent = この PC のキーリングが答えないので、保管庫は開きませんでした。パスフレーズを使ってください。サインインし直すと、キーリングも起動し直します。
keyring-gone = 保管庫を開ける秘密が、この PC のキーリングにもうありません。パスフレーズで開けてから、「kagifuda open-with remove keyring」と「kagifuda open-with add keyring」を実行してください。
keyring-stale = この PC のキーリングにあるものでは、もう保管庫は開きません。パスフレーズで開けてから、「kagifuda open-with remove keyring」と「kagifuda open-with add keyring」を実行してください。
keyring-failed = この PC のキーリングが断ったので、保管庫は開きませんでした。パスフレーズを使ってください。「kagifuda doctor vault」でもう一度調べられます。
keyring-asks = キーリングが、別のウィンドウでパスワードをたずねているかもしれません。2分まで待ちます。
keyring-forgot = その秘密は、キーリングからも消しました。
keyring-had-forgotten = その秘密は、この PC のキーリングにはもうありませんでした。
keyring-keeps = その秘密を、キーリングから消せませんでした。それで保管庫の古い写しが開きます。キーリング (GNOME では「パスワードと鍵」) で、項目「鍵札」を消してください。
keyring-elsewhere = その秘密は、この PC が覚えている限りでは、別の PC ({ $name }) のキーリングに残っています。それで保管庫の古い写しが開きます。その PC で項目「鍵札」を消してください。

tpm-made = これからは、あなたとしてこの PC を使う人はだれでも、デスクトップにサインインしていなくても、何も聞かれずに保管庫を開けられます。ディスクを暗号化していなければ、PC を丸ごと手に入れた人も同じです。パスフレーズと復元の言葉でも、これまでどおり開けられます。それがなければ、この PC と一緒に保管庫も失われます。
tpm-absent = この PC に TPM が見当たらないので、保管庫は開きませんでした。パスフレーズを使ってください。ファームウェアの設定で無効になっているかもしれません。
tpm-forbidden = この PC の TPM を使う権限がないので、保管庫は開きませんでした。パスフレーズを使ってください。使えるようにするには、グループ「tss」に入り (sudo usermod -aG tss $USER)、サインインし直します。
tpm-silent = この PC の TPM が答えないので、保管庫は開きませんでした。パスフレーズを使ってください。「kagifuda doctor vault」でもう一度調べられます。
tpm-foreign = この PC の TPM が消去されたか、別のものに替わったので、もう保管庫を開けられません。パスフレーズで開けてから、「kagifuda open-with remove tpm」と「kagifuda open-with add tpm」を実行してください。
tpm-closed = この PC の TPM は、保存領域にパスワードが設定されているか、無効になっているので、保管庫は開きませんでした。パスフレーズを使ってください。
tpm-stale = この PC の TPM が封じたものでは、もう保管庫は開きません。パスフレーズで開けてから、「kagifuda open-with remove tpm」と「kagifuda open-with add tpm」を実行してください。
tpm-failed = この PC の TPM が断ったので、保管庫は開きませんでした。パスフレーズを使ってください。「kagifuda doctor vault」でもう一度調べられます。
tpm-forgot = TPM が封じたものも消しました。
tpm-keeps = TPM が封じたものを、ここから消せませんでした。この PC では、それで保管庫の古い写しが開きます。
tpm-elsewhere = 封じたものは、この PC が覚えている限りでは、別の PC ({ $name }) に残っています。その PC でだけ、それで保管庫の古い写しが開きます。

history-head-change = 変更
history-head-when = 日時 (UTC)
history-head-what = 内容
history-head-items = 項目
history-head-device = PC (機器)
history-here = この PC
history-nameless = （名前なし）
history-and-more = { $names } ほか { $count } 件
history-undone = { $count ->
       *[other] 取り消しました: { $change } ({ $count } 件)
    }
history-overwritten = { $count ->
       *[other] そのあとでまた変更された { $count } か所は、そのままにしました。
    }
history-undone-reset = 鍵には、リセット前にあったものと、そのあと登録したものの両方があります。PIN はなく、設定は初めのままです。PIN は「kagifuda key pin set」で決められます。
history-verb-create = 保管庫を作成
history-verb-add = 追加
history-verb-edit = 変更
history-verb-remove = 削除
history-verb-import = 取り込み
history-verb-use = コードを使用
history-verb-undo = 取り消し
history-verb-way = 開け方
history-verb-device = PC が参加
history-verb-other = その他
history-verb-reset = 鍵をリセット

import-head-issuer = 発行元
import-head-account = アカウント
import-head-outcome = どうなるか
import-new = 新しい
import-new-service = 新しいサービス
import-new-note = 新しいメモ
import-same = すでにある
import-refused = 取り込めない: { $why }
import-note = {"（"}{ $note }{"）"}
import-missing-parts = 移行コードの一部 ({ $parts } 番) が足りません。それも読み取ってください。今あるものは先に取り込めます。
import-log-beside = このデータベースは、最後の変更を別のファイル { $file }-wal に置いています。そのファイルは読み込まないので、アプリに最後に登録したものが欠けていることがあります。2つを同じフォルダーに置いて「sqlite3 { $file } 'PRAGMA journal_mode=DELETE'」を実行すると、1つにまとまります。
import-clipboard = クリップボード
import-screen = 画面の画像
import-screen-how = デスクトップの機能で QR コードの画像を撮ってください。できたファイルは、読み込んだあと消します。
import-summary = 新しい { $new } 件、すでにある { $same } 件、取り込めない { $refused } 件。
import-question = { $new ->
       *[other] { $new } 件を取り込みますか？
    }
import-done = { $new ->
       *[other] { $new } 件を取り込みました。元のアプリから消す前に、使えることを確かめてください。
    }
import-refused-no-secret = 秘密の文字列がない
import-refused-bad-secret = 秘密の文字列が読めない
import-refused-unknown-type = 知らない種類のトークン
import-refused-unknown-algorithm = 知らないハッシュ関数
import-refused-bad-digits = 桁数がありえない
import-refused-bad-period = 秒数がありえない
import-refused-bad-counter = カウンターがないか、ありえない
import-refused-not-a-token = トークンではない
import-refused-broken = 壊れている
import-refused-not-kept = パスワードや住所などは、この保管庫では扱わない
import-refused-app-bound = 秘密がアプリに結び付けられていて、ファイルにない。サービス側で登録し直してください
import-note-assumed-type = 種類を仮定
import-note-assumed-algorithm = SHA-1 と仮定
import-note-assumed-digits = 6桁と仮定
import-note-assumed-period = 30秒と仮定
import-note-assumed-counter = カウンターを0と仮定
import-note-ignored-setting = 関係のない設定を無視
import-note-icon-dropped = アイコンは除く
import-note-was-trashed = 元のアプリのごみ箱にあった
import-note-was-archived = 元のアプリで保管中だった
import-note-unknown-kept = 知らない項目も保存
import-note-display-unreadable = 表示のしかたが読めない
import-note-group-missing = グループがファイルにない
import-note-pin-missing = PIN がファイルにない。使う前に追加が必要
import-note-other-name = 元のアプリでは別の名前
import-note-issuers-disagree = 発行元が2つ書かれている
import-note-nameless = 名前がない
import-note-repeated-parameter = 2度書かれたものは最初を採用
import-note-name-damaged = 名前が壊れている
import-note-prf-unreadable = サイトがこれで暗号化したものは、ここでは開けない
import-note-blob-dropped = サイトが添えたデータは除く
import-note-protection-assumed = 本人確認の要求が読めないため、いつも鍵の PIN を求める
import-note-saved-password = 保存されているのはパスワードで、パスキーではない。パスワード自体はここには入れない
import-note-attachment-dropped = 添付ファイルは除く
import-note-unknown-as-text = 知らない種類。すべて文字として保存
import-note-signatures-counted = 元のアプリは署名の回数を数えていたが、この保管庫では数えない。回数を確かめるサイトでは断られることがある
import-note-blob-no-room = サイトが添えたデータは除く。鍵に空きがない
import-note-removed-before = 以前この保管庫から削除したもの
import-note-other = 取り込まなかったものがある

export-plain-question = このファイルを手にした人は、あなたとしてサインインできます。読める形で書き出しますか？
export-plain-passkeys-question = このファイルを手にした人は、このパスキーを使うどのサイトにも、今もこれからも、あなたとしてサインインできます。読める形で書き出しますか？
export-done = { $count ->
       *[other] { $count } 件のトークンを書き出しました。
    }
export-left-out = { $count ->
       *[other] この形式では書き出せない { $count } 件を除きました。
    }
export-passkeys-done = { $count ->
       *[other] { $count } 件のパスキーを書き出しました。
    }
export-passkeys-left-out = { $count ->
       *[other] 書き出せない { $count } 件のパスキーを除きました。
    }
export-passkeys-without = { $count ->
       *[other] { $count } 件のパスキーは、この形式では持てないもの (メモ、フォルダー、色) や、読み取れないもの (サイトが添えたデータ) を除いて書き出しました。
    }
export-passkeys-unread = { $count ->
       *[other] { $count } 件のパスキーは、この形式で表せるより多く本人確認を求めます。ファイルから鍵札に戻せば元どおりですが、ほかのパスワード管理アプリでは求められません。
    }
export-misread = { $count ->
       *[other] { $count } 件は、書き出し先のアプリが機種によって違うコードを表示します。必ず確かめてください。
    }
export-without = { $count ->
       *[other] { $count } 件は、この形式では持てないもの (自分で付けた名前、メモ、タグ、フォルダー、色、固定) を除いて書き出しました。
    }
export-qr-shown = もう1つのアプリで読み取ると、{ $name } がそちらにも入ります。これを撮影した人は、トークンを手に入れます。

status-vault = 保管庫
status-state = 状態
status-absent = まだありません (「kagifuda init」で作れます)
status-locked = 閉じています
status-open = 開いています
status-open-for = { $minutes ->
       *[other] 開いています。使わなければあと { $minutes } 分で閉じます
    }
status-content = 中身
status-items = { $items ->
       *[other] { $items } 件
    } (うちトークン { $tokens } 件)
status-attention = 注意
status-unreadable = { $count ->
       *[other] 記録 { $count } 件が壊れていて読めません。そのまま残してあります。くわしくは「kagifuda vault verify」
    }
status-older = この PC が最後に見たものより古くなっています。新しい写しを取り込むか、これに戻してください
status-not-writable = ファイルかフォルダーに書き込めません
status-memory = 鍵
status-memory-locked = スワップに出ないようにしてあります
status-memory-loose = スワップに出ないようにできませんでした (メモリー固定の上限を上げてください)
