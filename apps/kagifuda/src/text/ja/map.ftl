# アクセスの地図: 何をなくすと何に入れなくなるか、どうすればよいか。

map-this-vault = この保管庫
map-thing-phone = スマートフォン
map-thing-pc = この PC
map-thing-number = 電話番号
map-thing-key = セキュリティキー
map-thing-stick = USB メモリー
map-thing-device = 機器
map-thing-mail = メールアカウント
map-thing-account = アカウント
map-thing-google = Google アカウント
map-thing-icloud = Apple アカウント
map-thing-password-manager = パスワード管理アプリ
map-thing-paper = 紙
map-thing-sheet = 復元シート
map-thing-passphrase = この保管庫のパスフレーズ
map-thing-memory = 覚えていること
map-thing-person = 信頼できる人
map-thing-named = { $kind }「{ $name }」
map-and = 、
map-and-more = { $names }、ほか { $count } 件
map-way = 開け方
map-unsaid = 未登録
map-used-up = 使い切り
map-method = { $what }（{ $lives }）
map-no-method = 登録なし
map-some-way = 別の方法
map-link = { $link } ({ $month } 時点)

map-head-service = サービス
map-head-method = 方法
map-head-lives = ある場所
map-head-stands = 役割
map-head-state = 注意
map-stands-first = 1つ目
map-stands-second = 2つ目
map-stands-alone = 単独
map-stands-nothing = –
map-spare-first = (1つ目)
map-spare-second = (2つ目)
map-spare-alone = (単独)
map-state-circle = 堂々巡り
map-state-locked = 入れない
map-state-single = 入り方1つ
map-losses-heading = 1つなくしたとき
map-pairs-heading = 2つを同時になくしたとき
map-locks = { $names } に入れなくなります。
map-leaves-one = { $names } の入り方が1つだけになります。
map-circle = 堂々巡り: { $names } は、すでに入っていないと復旧できません。
map-no-single-loss = 1つなくしただけで入れなくなるものは、ありません。
map-more-pairs = { $count ->
       *[other] ほか { $count } 組は「kagifuda map --json」にあります。
    }
map-empty = 地図には、まだサービスがありません。「kagifuda token import ファイル」で取り込んだトークンは、自動で載ります。ほかの場所にあるものは「kagifuda service add」と「kagifuda method add」で登録します。
map-dark = { $count ->
       *[other] { $count } 件のサービスは、確かな入り方がわかりません。入るためのものをなくしたか、登録が足りないためです。
    }
map-loose = { $count ->
       *[other] どのサービスのものでもない項目が { $count } 件あり、地図に載っていません。「kagifuda map --review」で名前がわかります。
    }
map-lost-now = なくしたものとして扱っています: { $names }
map-hint-brackets = かっこの中は、予備です。
map-hint-next = 「kagifuda map next」で、次にするとよいことがわかります。

map-next-none = 急ぐことはありません。1つなくしただけで入れなくなるものは、地図の中にはありません。「kagifuda map --review」で、もっと細かく見直せます。
map-step-passwords = { $count ->
       *[other] { $count } 件のサービスのパスワードが、どこにあるかを登録します。
    }
map-step-passwords-how = 個別の登録がないサービスすべてに当てはまる答えを、1度だけ登録します (password-manager、paper なども使えます):
    kagifuda method add "ふだんのパスワード" --what password --lives memory
map-step-passwords-who = 対象: { $names }
map-step-say-where = { $name }: { $what }がどこにあるかを登録します。
map-step-say-where-how = スマートフォン、キー、サービスなどは、--lives の代わりに --on で指定します:
    kagifuda method edit { $method } --lives 場所
map-step-add-methods = { $name }: 入る方法を登録します。
map-step-add-methods-how = 方法ごとに登録します:
    kagifuda method add "パスワード" --service { $name } --what password --lives memory
map-step-recover = { $name }: もう一度入れるようにします。入るのに使うものが、すべて紛失になっています。
map-step-copy-vault = この保管庫は、この PC にしかありません。写しを別の場所に置きます。
map-step-copy-vault-how = USB メモリーや別のディスクに書き、登録します。USB メモリーは --on で指定できます:
    kagifuda vault backup ファイル
    kagifuda method add "バックアップ" --what vault-copy --lives paper --provider "引き出し"
map-step-way-to-open = この保管庫を開ける手段は、{ $thing } だけです。開け方を増やします。
map-step-way-to-open-how = どちらかを使います:
    kagifuda open-with add words
    kagifuda open-with add passphrase
map-step-circle-after = { $name }: { $thing } をなくすと、それ自身が守っているものを通してしか復旧できません。
map-step-circle = { $name }: それ自身が守っているものを通してしか入れません。
map-step-circle-how = ほかに頼らない入り方を用意します。セキュリティキーや、紙に書いたバックアップコードです。用意できたら、ここに登録します。
map-step-spare = { $name }: { $thing } がないと入れません。予備を用意します。
map-step-second = { $name }: 入り方が1つしかありません。もう1つ用意します。
map-remedy-backup-codes = バックアップコードを発行して紙に書き、置き場所を登録します:
    kagifuda codes add { $name } --service { $name } --where "引き出し"
map-remedy-another-key = 2つ目のセキュリティキーを登録し、別の場所に置きます。その後:
    kagifuda method add "予備のキー" --service { $name } --what passkey --on キー
map-remedy-passkey = 別の場所にパスキーを作ります。たとえばセキュリティキーの中です。その後:
    kagifuda method add "パスキー" --service { $name } --what passkey --on キー
map-remedy-mail = パスワードを設定し直せるメールアドレスを登録します。その後:
    kagifuda method add "再設定" --service { $name } --what email --on メール
map-remedy-password = パスワードを、もう1か所に保管します。パスワード管理アプリや、封筒の中などです。その後:
    kagifuda method add "封筒" --service { $name } --what password --lives paper
map-remedy-second = 同じものに頼らない、別の2つ目の確認を登録します。その後、ここにも登録します:
    kagifuda method add "予備" --service { $name } --what 種類 --lives 場所
map-remedy-service-first = まだトークンやパスキーだけで地図に載っています。先に、サービスとして登録します:

map-lose-question = { $thing } をなくしましたか？ することの手順を作って保管庫に保存し、これからは地図でも、なくしたものとして扱います。(練習には --drill を使ってください。)
map-lose-heading = { $thing } をなくしたときの手順 ({ $date } から)
map-lose-progress = { $count } 件のうち { $done } 件が済みました。
map-lose-hint = 済んだら「kagifuda map --lose なくしたもの --done 番号」。手順は保管庫に残ります。「kagifuda map --lose なくしたもの」でいつでも表示できます。
map-lose-all-done = すべて済みました。「kagifuda map --lose なくしたもの --end」で手順を片付けます。
map-lose-end-question = { $thing } の手順を片付けますか？
map-lose-ended = 手順を片付けました。地図では、{ $thing } が手元にあるものとして扱います。
map-lose-ended-marked = 手順を片付けました。{ $thing } は紛失のままです。見つかったときは「edit 名前 --found」で戻せます。
map-task-lock-phone = ほかの機器のブラウザーから、スマートフォンをロックするか、データを消去します。Android は https://www.google.com/android/find 、iPhone は https://www.icloud.com/find です。見つかりそうなら、まずロックします。
map-task-lock-pc = パソコンを遠隔でロックし、サインアウトさせます。Windows は https://account.microsoft.com/devices 、Mac は https://www.icloud.com/find です。電源が入って開いたままだったなら、急いでください。
map-task-lock-device = メーカーの機能があれば、機器を遠隔でロックするか、データを消去します。
map-task-stop-number = 携帯電話会社に連絡し、SIM を止めて、新しい SIM に番号を移してもらいます。それまでは、確認コードの SMS が、拾った人に届きます。
map-task-stop-app = { $name }: 銀行などに電話し、なくしたスマートフォンのアプリを止めてもらいます。アプリは移せません。次のスマートフォンで登録し直します。
map-task-recover-account = { $thing } を復旧します。パスワードを変え、ほかの端末をすべてサインアウトさせます。
map-task-restore-vault = 別の PC に鍵札を入れ、写しから保管庫を戻します:「kagifuda vault restore ファイル」。パスフレーズか復元の言葉で開けられます。
map-task-new-passphrase = 復元の言葉で保管庫を開け (「kagifuda unlock --words」)、新しいパスフレーズに変えます:「kagifuda open-with change」。
map-task-new-words = 新しい復元の言葉を作って書き留め (「kagifuda open-with add words」)、古いほうを削除します:「kagifuda open-with remove」。
map-task-vault-shut = 残ったものでは、この保管庫を開けられません。ここで開いているうちに、別の場所にバックアップを書き、開け方を増やしてください。
map-task-revoke = { $name }: { $how } で入ります。ほかの端末をサインアウトさせ、なくしたものに頼る登録をすべて消します。
map-task-recover = { $name }: 残ったものでは入れません。サービスの復旧手続きを、すぐに始めてください。何日もかかることがあります。
map-task-enrol = { $name }: なくしたものに代わる、新しい入り方を登録します。
map-task-replace-password = { $name }: パスワードを変えます。今までのものは、読まれたおそれがあります。
map-task-replace-token = { $name }: コードの秘密を作り直します。今までのものは、知られたおそれがあります。
map-task-replace-codes = { $name }: バックアップコードを発行し直します。古いコードは使えなくなります。
map-task-replace-all = 保管庫が開いたままだったなら、中身はすべて知られたものと考えます。大切なサービスから順に、コードとパスキーを作り直します。
map-task-copy-vault = 保管庫の写しを、もう1つ作ります:「kagifuda vault backup ファイル」。なくした写しは暗号化されていますが、弱いパスフレーズなら変えてください。
map-task-report = 紛失を届け出ます。警察、勤め先、保険会社などです。銀行や携帯電話会社では、届出の番号をよく聞かれます。
map-task-enter-new = 代わりのものを登録し、移したものを直します:「kagifuda phone add」「kagifuda key add」「kagifuda stick add」。

map-change-heading = { $name } のパスワードを変える前に
map-change-before = 始める前に、もう1つの入り方を手元に用意します。サービスのページは自分で開き、メールなどのリンクは使いません。
map-change-way = 今の入り方: { $way }
map-change-sessions = ログイン中の端末: ほかの端末をすべてサインアウトさせるサービスも、1台もさせないサービスもあります。変えた後で一覧を見て、知らない端末をサインアウトさせます。
map-change-passkeys = パスキーは、そのまま使えます。パスワードとは関係がないからです。ほかの人に入られたために変えるなら、パスキーの一覧を見て、知らないものを消します。
map-change-passkeys-unknown = パスキーは、パスワードとは関係がありません。ほかの人に入られたなら、知らないパスキーが増えていないか確かめます。
map-change-second = 確認コード、セキュリティキー、バックアップコードは変わりません。ほかの人に入られたなら、作り直します。
map-change-apps = メールソフトなどのアプリでは、新しいパスワードの入力が必要になることがあります。アプリパスワードや API キーは、有効なまま残ることがよくあります。使わないものは消します。
map-change-store = 新しいパスワードは、今までと同じ場所に入れます: { $places }
map-change-store-unknown = このパスワードの置き場所は、地図に登録されていません。
map-change-through = このサービスを通して入れるもの: { $names }。ここに入った人は、そこにも入れたかもしれません。

map-review-none = 見直すことはありません。3か月後にまた確かめてください。
map-review-circle = 堂々巡りでしか復旧できません
map-review-no-spare = 予備なし: 1つなくすと入れません
map-review-on-lost = なくしたのに、登録が残っています
map-review-few-codes = 残り少ないバックアップコード
map-review-one-place = 2つの確認が、同じ場所にあります
map-review-unknown-place = 置き場所が登録されていません
map-review-unknown-sync = 同期しているかどうかが登録されていません
map-review-offers-passkeys = パスキーが使えるのに、使っていません
map-review-bound = 1台のスマートフォン専用: 移せません。機種変更の前に、登録し直してください
map-review-unused = 1年使っていない、またはこの PC で使ったことがないトークン
map-review-stale = 1年以上、確かめていません
map-review-loose = どのサービスのものでもありません
map-review-pair = { $name }: { $more }
map-review-left = { $count ->
       *[other] 残り { $count } 個
    }
map-review-last = 最後は { $date }
map-review-never = 一度もなし

map-drill-scene = { $thing } をなくしたとします。これは練習で、何も書き込みません。
map-drill-question = { $name } には、どうやって入りますか？
map-drill-open = 地図の答え: { $way }
map-drill-locked = 地図の答え: 入れません。
map-drill-circle = 地図の答え: 入れません。それ自身が守っているものを通さないと、復旧できません。
map-drill-end-good = これをなくしても、地図にあるものには、すべて入れます。
map-drill-end = { $count ->
       *[other] これをなくすと、{ $count } 件に入れなくなります (たずねたうちでは { $asked } 件)。
    }
map-drill-real = 本当になくしたときは「kagifuda map --lose」に、その名前を付けてください。

map-svg-written = 地図を描きました: { $path }。サービスの名前が入っています。秘密はありませんが、人には見せないでください。
map-svg-title = アクセスの地図
map-svg-legend-marks = 1: 1つ目の確認 ・ 2: 2つ目の確認 ・ ●: これだけで入れる ・ かっこか○: 予備
map-svg-legend-red = 赤いマス: なくすと、そこに入れなくなります。
map-svg-legend-names = 赤い名前: 確かな入り方がわかりません。取り消し線: なくしたもの。
